import { isObject } from '../exchange/codec.ts'
import type { Frame } from './channel.ts'

/** The coins a frame is about: of its data, or of the lists in it. */
export function coinsOf(frame: Frame): string[] {
  const found: string[] = []
  collect(frame.data, found)
  return found
}

function collect(value: unknown, found: string[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found)
    return
  }
  if (!isObject(value)) return
  if (typeof value.coin === 'string') found.push(value.coin)
  // A candle names its coin `s`.
  else if (typeof value.s === 'string' && typeof value.i === 'string') found.push(value.s)
  for (const key of ['order', 'subscription', 'fills', 'funding', 'nonUserCancel', 'fundings']) {
    if (value[key] !== undefined) collect(value[key], found)
  }
}
