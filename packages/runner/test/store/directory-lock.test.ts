import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { lockDirectory } from '../../src/store/pglite/directory-lock.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

const MODULE = new URL('../../src/store/pglite/directory-lock.ts', import.meta.url).href

/** A process that tries to lock the folder, says how it went and stays. */
function otherProcess(directory: string) {
  const script = `import { lockDirectory } from ${JSON.stringify(MODULE)}
    try { globalThis.lock = lockDirectory(${JSON.stringify(directory)}); console.log('has it') } catch (error) { console.log(error.code) }
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--conditions=@portolan/source', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said = once(child.stdout, 'data').then(([chunk]) => String(chunk).trim())
  const kill = async () => {
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  return { pid: child.pid, said, kill }
}

describe('directory lock', () => {
  const { path: root, remove } = temporaryFolder()
  afterAll(remove)
  const folder = () => mkdtempSync(join(root, 'x-'))

  it('is held by one at a time, also within one process, and free again once disposed', () => {
    const directory = folder()
    const first = lockDirectory(directory)
    expect(() => lockDirectory(directory)).toThrow(expect.objectContaining({ name: 'StoreError', code: 'locked' }))
    first[Symbol.dispose]()
    using second = lockDirectory(directory)
    expect(() => lockDirectory(directory)).toThrow(expect.objectContaining({ code: 'locked' }))
    expect(second).toBeDefined()
  })

  it('names the folder, the process that holds it and how to get on', () => {
    const directory = folder()
    using _lock = lockDirectory(directory)
    expect(() => lockDirectory(directory)).toThrow(`${directory} is in use by process ${process.pid} on ${hostname()}`)
    expect(() => lockDirectory(directory)).toThrow('store.url')
  })

  it('of another process is respected while that lives, and free at once when it was killed', async () => {
    const directory = folder()
    const other = otherProcess(directory)
    expect(await other.said).toBe('has it')
    expect(() => lockDirectory(directory)).toThrow(`process ${other.pid}`)
    await other.kill()
    using lock = lockDirectory(directory)
    expect(lock).toBeDefined()
  })

  it('of several processes that want it at once, one has it', async () => {
    const directory = folder()
    const others = Array.from({ length: 3 }, () => otherProcess(directory))
    const answers = await Promise.all(others.map((other) => other.said))
    await Promise.all(others.map((other) => other.kill()))
    expect(answers.toSorted()).toEqual(['has it', 'locked', 'locked'])
  })
})
