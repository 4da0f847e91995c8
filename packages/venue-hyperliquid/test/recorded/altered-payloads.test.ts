import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Exact, VenueError } from '@portolan/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { accountFrames } from '../../src/account/account-frames.ts'
import {
  clearinghouseShape,
  openOrdersOf,
  orderStatusShape,
  spotBalancesShape,
  userRoleShape,
} from '../../src/account/account-shapes.ts'
import { toFill } from '../../src/account/fill-shape.ts'
import { fundingShape, toPayment } from '../../src/account/funding-payment.ts'
import { outcomeOfUpdate } from '../../src/account/order-update.ts'
import { readAnswer } from '../../src/execution/exchange-client.ts'
import { outcomeOfAnswer } from '../../src/execution/order-answer.ts'
import { OWN_DEX } from '../../src/instruments/dex.ts'
import { metaShape } from '../../src/instruments/meta-shape.ts'
import { decode } from '../../src/rest/decode.ts'
import { readFrame } from '../../src/socket/frame.ts'

// Real answers of the venue, kept beside the repository and not in it.
const folder = fileURLToPath(new URL('../../../../../shared/data/hyperliquid/', import.meta.url))
const present = existsSync(folder)
const USER = `0x${'12'.repeat(20)}`
const QUANTITY = '0.5'
const frames = accountFrames([])

/** Values that no venue should send: amounts that are none, beyond every range, or of another type. */
const HOSTILE = [
  null,
  true,
  -1,
  0.5,
  2 ** 53,
  -0,
  1e308,
  '',
  ' 1',
  '1e5',
  '1e400',
  'NaN',
  '-Infinity',
  '0x10',
  '1,5',
  '٣',
  '-1',
  '0',
  '9'.repeat(60),
  '1.'.padEnd(80, '3'),
  [],
  {},
  [[]],
  { __proto__: null },
  '__proto__',
  '0xzz',
  'filled',
  'waitingForFill',
] as const

type Path = readonly (string | number)[]

function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at]
  const inner = Object.entries(value).flatMap(([key, each]) =>
    pathsOf(each, [...at, Array.isArray(value) ? Number(key) : key]),
  )
  return at.length === 0 ? inner : [at, ...inner]
}

/** A copy with the value at a path replaced, or left out. */
function altered(value: unknown, [head, ...rest]: Path, change: { readonly put: unknown } | 'remove'): unknown {
  if (head === undefined) return change === 'remove' ? undefined : change.put
  const isLeaf = rest.length === 0
  if (Array.isArray(value)) {
    return value.flatMap((each, n) =>
      n !== head ? [each] : isLeaf && change === 'remove' ? [] : [altered(each, rest, change)],
    )
  }
  const entries = Object.entries(value as object).flatMap(([key, each]): [string, unknown][] =>
    key !== head ? [[key, each]] : isLeaf && change === 'remove' ? [] : [[key, altered(each, rest, change)]],
  )
  return Object.fromEntries(entries)
}

const change = fc.oneof(
  fc.constant('remove' as const),
  fc.constantFrom(...HOSTILE).map((put) => ({ put })),
  fc.jsonValue().map((put) => ({ put })),
)

/** Every decoder of the account, with what the adapter would make of it; it throws for what may never be booked. */
const READERS: Readonly<Record<string, (payload: unknown) => void>> = {
  clearinghouseState: (payload) => {
    const state = decode(clearinghouseShape, payload, 'x')
    for (const { position } of state.assetPositions) expectNumber(position.szi)
    expectNumber(state.withdrawable)
  },
  spot: (payload) => void decode(spotBalancesShape, payload, 'x').balances.map(({ total }) => expectNumber(total)),
  frontendOpenOrders: (payload) => void decode(openOrdersOf(OWN_DEX), payload, 'x').map(({ sz }) => expectNumber(sz)),
  orderStatus: (payload) => void decode(orderStatusShape, payload, 'x'),
  userRole: (payload) => void decode(userRoleShape, payload, 'x'),
  meta: (payload) => void decode(metaShape, payload, 'x'),
  userFunding: (payload) => {
    for (const { time, delta } of decode(z.array(fundingShape), payload, 'x')) {
      expectNumber(toPayment({ time, coin: delta.coin, usdc: delta.usdc }).amount)
    }
  },
  userFills: (payload) => {
    for (const fill of decode(frames.userFills, { user: USER, fills: payload }, 'x').fills) {
      const { price, quantity, fee, at, id, orderId } = toFill(fill, USER)
      expect(new Exact(price).gt(0) && new Exact(quantity).gt(0)).toBe(true)
      expectNumber(fee.amount)
      expect(Number.isSafeInteger(at) && at >= 0 && /^\d+:\d+:(\d+|p-?[\d.]+)$/.test(id) && /^\d+$/.test(orderId)).toBe(
        true,
      )
    }
  },
  orderUpdates: (payload) => {
    for (const update of decode(frames.orderUpdates, payload, 'x')) {
      // Without fills nothing counts as executed.
      expect(['filled', 'partial']).not.toContain(outcomeOfUpdate(update, [])?.kind)
    }
  },
}

function expectNumber(text: string): void {
  expect(text).toMatch(/^-?\d{1,41}(\.\d{1,40})?$/)
}

function samples(): readonly (readonly [string, unknown])[] {
  if (!present) return []
  const read = (file: string): unknown => JSON.parse(readFileSync(`${folder}${file}`, 'utf8'))
  const found: [string, unknown][] = [
    ['spot', read('nautilus_http_spot_clearinghouse_state.json')],
    ['userFills', read('nautilus_http_user_fills_dust_conversion.json')],
    ['userFills', (read('nautilus_ws_user_fill_liquidation.json') as { data: { fills: unknown } }).data.fills],
  ]
  for (const { frame } of read('ws_captured_frames.json') as { frame: { channel: string; data?: unknown } }[]) {
    if (frame.channel === 'orderUpdates') found.push(['orderUpdates', frame.data])
    if (frame.channel === 'userFills' || frame.channel === 'user') {
      found.push(['userFills', (frame.data as { fills: unknown }).fills])
    }
  }
  for (const file of readdirSync(folder)) {
    const { interactions = [] } = read(file) as { interactions?: { request: { type?: string }; response: unknown }[] }
    for (const { request, response } of interactions) {
      const type = request.type ?? ''
      // Long lists only repeat themselves.
      if (type in READERS) found.push([type, Array.isArray(response) ? response.slice(0, 8) : response])
    }
  }
  return found
}

describe.skipIf(!present)('altered answers (skipped where the folder ../shared/data/hyperliquid is absent)', () => {
  const all = samples()

  it('start from ones that are read', () => {
    for (const [type, payload] of all) READERS[type]?.(payload)
    expect(new Set(all.map(([type]) => type))).toEqual(new Set(Object.keys(READERS)))
  })

  it.each(Object.entries(READERS))(
    '%s: are read rightly or refused with a typed error, never taken half',
    (type, reader) => {
      const cases = all.filter(([each]) => each === type).map(([, payload]) => ({ payload, paths: pathsOf(payload) }))
      const usable = cases.filter(({ paths }) => paths.length > 0)
      let refused = 0
      fc.assert(
        fc.property(fc.nat(), fc.nat(), change, (which, where, how) => {
          const { payload, paths } = usable[which % usable.length] ?? { payload: null, paths: [] }
          const bad = altered(payload, paths[where % paths.length] ?? [], how)
          try {
            reader(bad)
          } catch (error) {
            if (!(error instanceof VenueError) || error.code !== 'malformed-answer') throw error
            refused += 1
          }
        }),
        { numRuns: 400 },
      )
      expect(refused).toBeGreaterThan(20)
    },
  )

  it('of orders are never taken for an execution of more than was ordered', () => {
    const answers = [
      {
        status: 'ok',
        response: {
          type: 'order',
          data: { statuses: [{ filled: { totalSz: '0.5', avgPx: '79449.2', oid: 59_534_788_967 } }] },
        },
      },
      { status: 'ok', response: { type: 'order', data: { statuses: [{ resting: { oid: 41_545_810_396 } }] } } },
      { status: 'ok', response: { type: 'order', data: { statuses: [{ error: 'Order has invalid size.' }] } } },
      { status: 'err', response: 'Action already expired' },
    ]
    fc.assert(
      fc.property(fc.nat(), fc.nat(), change, fc.nat(), (which, where, how, cut) => {
        const answer = answers[which % answers.length]
        const paths = pathsOf(answer)
        const bad = JSON.stringify(altered(answer, paths[where % paths.length] ?? [], how)) ?? ''
        for (const text of [bad, bad.slice(0, cut % (bad.length + 1)), `<html>${bad}</html>`]) {
          const read = readAnswer({ status: 200, text, retryAfterMs: null })
          if (read.kind !== 'ok') continue
          const outcome = outcomeOfAnswer(read.response, QUANTITY as never, '0x')
          const { filled, averagePrice } =
            outcome.kind === 'filled' || outcome.kind === 'partial' ? outcome : { filled: QUANTITY, averagePrice: '1' }
          expect(new Exact(filled).lte(QUANTITY) && new Exact(filled).gt(0)).toBe(true)
          expect(new Exact(averagePrice).gt(0)).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('as frames never throw, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.jsonValue(), (text, value) => {
        const kinds = [text, ...[value, { channel: 'userFills', data: value }].map((each) => JSON.stringify(each))].map(
          (each) => readFrame(each).kind,
        )
        expect(kinds.at(-1)).toBe('data')
        for (const shape of Object.values(frames)) expect(typeof shape.safeParse(value).success).toBe('boolean')
      }),
    )
  })
})
