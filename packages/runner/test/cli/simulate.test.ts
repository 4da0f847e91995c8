import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { Project } from './command-line.ts'

const project = new Project()
afterAll(() => project[Symbol.dispose]())

describe('portolan simulate', () => {
  it('prints one line of JSON when it listens, serves, and ends with a signal', async () => {
    const running = project.start('simulate', 'hyperliquid', '--port', '0', '--speed', '10', '--seed', '7')
    const announcement = JSON.parse(await running.line(/^/))
    expect(announcement).toMatchObject({ name: 'hyperliquid', speed: 10, seed: '7' })
    const answer = await fetch(`${announcement.url}/info`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"type":"allMids"}',
    })
    expect(await answer.json()).toHaveProperty('BTC')
    const { code, stdout } = await running.stop('SIGTERM')
    expect(code).toBe(0)
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
  })

  it('names a port that is in use', async () => {
    const server = createServer()
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    const { code, stdout, stderr } = await project.run('simulate', 'hyperliquid', '--port', String(port))
    server.close()
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain(`port ${port} is in use`)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  it.each([
    [['nowhere', '--port', '0'], 'no package @portolan/venue-nowhere or portolan-venue-nowhere'],
    [['hyperliquid', '--port', '0', '--option', 'sead=3'], 'sead'],
    [['hyperliquid', '--port', '0', '--option', 'fundUsd=lots'], 'fundUsd'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await project.run('simulate', ...args)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain(message)
  })
})
