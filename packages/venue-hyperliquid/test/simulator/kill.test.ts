import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { l1ActionDigest, privateKeySigner, signatureFromBytes } from '../../src/signing/index.ts'

const SERVE = fileURLToPath(new URL('./serve.ts', import.meta.url))
const signer = privateKeySigner(Buffer.alloc(32, 5))

async function serve(state: string): Promise<{ readonly process: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, ['--conditions=@portolan/source', SERVE, state], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  return { process: child, url: `http://127.0.0.1:${port.toString().trim()}` }
}

async function post(url: string, path: string, body: unknown): Promise<ReturnType<typeof JSON.parse>> {
  const headers = { 'content-type': 'application/json' }
  return await (await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
}

function signed(action: Parameters<typeof l1ActionDigest>[0], nonce: number) {
  const signature = signatureFromBytes(signer.sign(l1ActionDigest(action, { nonce, isMainnet: true })))
  return { action, nonce, signature }
}

/** Sends orders, several at a time, until the connection breaks. Returns the cloids of those that were answered. */
async function trade(url: string, round: number, answered: string[]): Promise<void> {
  const { ETH } = await post(url, '/info', { type: 'allMids' })
  const px = String(Math.round(Number(ETH) * 1.05))
  const start = Date.now()
  const lane = async (number: number) => {
    for (let i = 0; ; i++) {
      const cloid = `0x${[round, number, i].map((part) => part.toString(16).padStart(10, '0')).join('')}00`
      const order = { a: 1, b: true, p: px, s: '0.01', r: false, t: { limit: { tif: 'Ioc' } }, c: cloid }
      // Every lane has a range of nonces of its own, a few minutes apart.
      const request = signed({ type: 'order', orders: [order], grouping: 'na' }, start + number * 100_000 + i)
      const answer = await post(url, '/exchange', request)
      if (answer.response.data?.statuses[0]?.filled !== undefined) answered.push(cloid)
    }
  }
  await Promise.allSettled([1, 2, 3, 4].map(lane))
}

describe('a simulator that is killed in the middle of trading', () => {
  it('has executed everything it answered, and nothing twice', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'simulator-kill-'))
    const state = join(folder, 'state.json')
    const answered: string[] = []
    for (let round = 1; round <= 3; round++) {
      const running = await serve(state)
      const trading = trade(running.url, round, answered)
      const enough = answered.length + 15
      while (answered.length < enough) await new Promise((resolve) => setImmediate(resolve))
      running.process.kill('SIGKILL')
      await once(running.process, 'exit')
      await trading
    }
    const last = await serve(state)
    const fills: { cloid: string; tid: number }[] = await post(last.url, '/info', {
      type: 'userFills',
      user: signer.address,
    })
    last.process.kill('SIGKILL')
    const filled = new Set(fills.map(({ cloid }) => cloid))
    expect(answered.filter((cloid) => !filled.has(cloid))).toEqual([])
    expect(new Set(fills.map(({ tid }) => tid)).size).toBe(fills.length)
    expect(answered.length).toBeGreaterThanOrEqual(45)
    await rm(folder, { recursive: true, force: true })
  }, 120_000)
})
