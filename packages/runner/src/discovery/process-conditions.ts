/**
 * Conditions under which packages are resolved: Node's, and those that this process was started with (`--conditions`), so that a package is found in the
 * same form, built or source, as everything else in the process.
 */
export function processConditions(
  execArgv: readonly string[] = process.execArgv,
  nodeOptions: string = process.env.NODE_OPTIONS ?? '',
): ReadonlySet<string> {
  const conditions = new Set(['node', 'import'])
  const words = [...nodeOptions.split(/\s+/), ...execArgv]
  for (const [index, word] of words.entries()) {
    const inline = /^(?:--conditions|-C)=(.+)$/.exec(word)?.[1]
    const next = word === '--conditions' || word === '-C' ? words[index + 1] : undefined
    const condition = inline ?? next
    if (condition !== undefined) conditions.add(condition.replace(/^["']|["']$/g, ''))
  }
  return conditions
}
