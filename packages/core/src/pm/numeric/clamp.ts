/** `x` held to [min, max], by default [0, 1]. */
export function clamp(x: number, min = 0, max = 1): number {
  return Math.max(min, Math.min(max, x))
}
