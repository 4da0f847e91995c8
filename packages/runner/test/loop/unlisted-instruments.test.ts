import type { Instrument, InstrumentId } from '@portolan/core'
import { instrumentId, VenueError } from '@portolan/core'
import { expect, it } from 'vitest'
import { silentLogger } from '../../src/history/silent-logger.ts'
import { unlistedInstruments } from '../../src/loop/unlisted-instruments.ts'

const [A, B, C] = [instrumentId('A'), instrumentId('B'), instrumentId('C')]
const services = { logger: silentLogger, signal: new AbortController().signal }

function venue() {
  const asked: InstrumentId[] = []
  const find = (id: InstrumentId): Promise<Instrument> => {
    asked.push(id)
    if (id === C) return Promise.reject(new VenueError('unknown-instrument', 'no such token'))
    return Promise.resolve({ id } as Instrument)
  }
  return { asked, find }
}

it('asks for what is wanted and not listed, each once, and goes on without what there is not', async () => {
  const { asked, find } = venue()
  const found = await unlistedInstruments({ find }, [A, C, B, B], new Set([A]), services)
  expect(asked).toEqual([C, B])
  expect(found).toEqual([{ id: B }])
})

it('a venue that lists everything is asked nothing', async () => {
  expect(await unlistedInstruments({}, [A], new Set(), services)).toEqual([])
})

it('a stop is no answer', async () => {
  const signal = AbortSignal.abort(new Error('the runner stops'))
  await expect(unlistedInstruments(venue(), [C], new Set(), { ...services, signal })).rejects.toThrow(
    'the runner stops',
  )
})
