import type { DecimalString, OpenOrder, VenuePosition } from '@portolan/core'
import { instrumentId, parseDecimal } from '@portolan/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type {
  Believed,
  InFlightOrder,
  ReconcileAction,
  ReconcilePolicy,
  VenueReport,
} from '../../src/reconciler/index.ts'
import { DEFAULT_PATIENCE, lookDueAt, reconcile } from '../../src/reconciler/index.ts'
import { instrument } from '../store/behaviour/samples.ts'

const NOW = 1_000_000
const BTC = instrumentId('BTC')
const ETH = instrumentId('ETH')
const amount = (text: string): DecimalString => parseDecimal(text)
const POLICY: ReconcilePolicy = { external: 'report', onDisagreement: 'exit-only', patience: DEFAULT_PATIENCE }

function believed(change: Partial<Believed> = {}): Believed {
  const market = { price: amount('100'), sizing: instrument('BTC').sizing }
  return {
    positions: [{ id: 'p1', instrument: BTC, quantity: amount('2') }],
    inFlight: [],
    ended: [],
    changing: new Set(),
    markets: new Map([[BTC, market]]),
    differences: [],
    reconnected: false,
    ...change,
  }
}

const held = (quantity: string, change: Partial<VenuePosition> = {}): VenuePosition => ({
  instrument: BTC,
  quantity: amount(quantity),
  averageEntry: amount('90'),
  ...change,
})

function open(change: Partial<OpenOrder> = {}): OpenOrder {
  const amounts = { limitPrice: amount('100'), remaining: amount('1') }
  return { orderId: '77', sealedId: null, instrument: BTC, side: 'buy', ...amounts, reduceOnly: false, ...change }
}

function says(positions: readonly VenuePosition[], openOrders: readonly OpenOrder[] = []): VenueReport {
  return { kind: 'account', askedAt: NOW - 100, positions, openOrders }
}

function inFlight(change: Partial<InFlightOrder> = {}): InFlightOrder {
  return { sealedId: 's1', instrument: BTC, state: 'unknown', lastHeardAt: NOW - 1_000, looks: 0, ...change }
}

function verdict(actions: readonly ReconcileAction[]) {
  const found = actions.filter((action) => action.kind === 'compared')
  expect(found).toHaveLength(1)
  return found[0]
}
const rest = (actions: readonly ReconcileAction[]) => actions.filter((action) => action.kind !== 'compared')

describe('quantities', () => {
  it('that are equal are agreed on', () => {
    const actions = reconcile(believed(), says([held('2')]), NOW, POLICY)
    expect(verdict(actions)).toEqual({ kind: 'compared', differences: [], halted: false })
    expect(rest(actions)).toEqual([])
  })

  it.each([
    ['more', '2.5'],
    ['less', '1.5'],
    ['nothing', '0'],
    ['a short', '-1'],
  ])('of which the venue has %s hold back what differs', (_, quantity) => {
    const actions = reconcile(believed(), says([held(quantity)]), NOW, POLICY)
    expect(verdict(actions)?.differences).toEqual([
      {
        instrument: BTC,
        believed: '2',
        actual: quantity,
        message: expect.stringContaining(`the venue says ${quantity}`),
      },
    ])
    expect(rest(actions)).toEqual([])
  })

  it('are compared as sums over the positions of an instrument', () => {
    const positions = ['0.1', '0.2', '0.3'].map((quantity, n) => ({
      id: `p${n}`,
      instrument: BTC,
      quantity: amount(quantity),
    }))
    expect(verdict(reconcile(believed({ positions }), says([held('0.6')]), NOW, POLICY))?.differences).toEqual([])
  })

  it('that differ by dust, more than ours, agree: it was written off here', () => {
    expect(verdict(reconcile(believed(), says([held('2.000001')]), NOW, POLICY))?.differences).toEqual([])
    expect(verdict(reconcile(believed(), says([held('1.999999')]), NOW, POLICY))?.differences).toHaveLength(1)
  })

  it('of a book that is changing tell nothing, and what was known of it stays', () => {
    const changing = new Set([BTC])
    expect(verdict(reconcile(believed({ changing }), says([held('9')]), NOW, POLICY))?.differences).toEqual([])
    const known = { instrument: BTC, believed: amount('2'), actual: amount('3'), message: 'known' }
    const still = reconcile(believed({ changing, differences: [known] }), says([held('2')]), NOW, POLICY)
    expect(verdict(still)?.differences).toEqual([known])
  })

  it('halt the whole account where the config says so, and only while they differ', () => {
    const policy: ReconcilePolicy = { ...POLICY, onDisagreement: 'halt' }
    expect(verdict(reconcile(believed(), says([held('3')]), NOW, policy))?.halted).toBe(true)
    expect(verdict(reconcile(believed(), says([held('2')]), NOW, policy))?.halted).toBe(false)
  })
})

describe('what is not ours', () => {
  const foreign = says([held('2'), held('5', { instrument: ETH })], [open(), open({ orderId: '78', instrument: ETH })])

  it('is reported and nothing else', () => {
    const actions = reconcile(believed(), foreign, NOW, POLICY)
    expect(rest(actions)).toEqual([
      { kind: 'report', thing: { kind: 'order', instrument: BTC, orderId: '77', ours: false } },
      { kind: 'report', thing: { kind: 'order', instrument: ETH, orderId: '78', ours: false } },
      { kind: 'report', thing: { kind: 'position', instrument: ETH, quantity: '5' } },
    ])
    expect(verdict(actions)?.differences).toEqual([])
  })

  it('is ignored where the config says so: more than ours is not ours, less than ours is a difference', () => {
    const policy: ReconcilePolicy = { ...POLICY, external: 'ignore' }
    expect(rest(reconcile(believed(), foreign, NOW, policy))).toEqual([])
    expect(verdict(reconcile(believed(), says([held('7')]), NOW, policy))?.differences).toEqual([])
    expect(verdict(reconcile(believed(), says([held('1')]), NOW, policy))?.differences).toHaveLength(1)
  })

  describe('and adopted', () => {
    const policy: ReconcilePolicy = { ...POLICY, external: 'adopt' }
    const twice = (first: Believed, report: VenueReport) => {
      const once = reconcile(first, report, NOW, policy)
      expect(rest(once)).toEqual([])
      return reconcile({ ...first, differences: verdict(once)?.differences ?? [] }, report, NOW + 60_000, policy)
    }
    const flat = believed({ positions: [{ id: 'p1', instrument: BTC, quantity: amount('0') }] })

    it('once two comparisons in a row have found the same, at the entry that the venue tells', () => {
      expect(rest(twice(flat, says([held('3')])))).toEqual([
        { kind: 'adopt', positionId: 'p1', instrument: BTC, side: 'buy', quantity: '3', price: '90' },
      ])
    })

    it('at the newest price where the venue tells the mean of ours and theirs, and for what is gone', () => {
      expect(rest(twice(believed(), says([held('2.5')])))).toMatchObject([
        { side: 'buy', quantity: '0.5', price: null },
      ])
      expect(rest(twice(believed(), says([])))).toMatchObject([{ side: 'sell', quantity: '2', price: null }])
    })

    it('not while it goes on changing', () => {
      const once = reconcile(believed(), says([held('3')]), NOW, policy)
      const differences = verdict(once)?.differences ?? []
      expect(rest(reconcile(believed({ differences }), says([held('4')]), NOW, policy))).toEqual([])
    })

    it('not where several positions could have it, and no short', () => {
      const two = ['p1', 'p2'].map((id) => ({ id, instrument: BTC, quantity: amount('1') }))
      expect(rest(twice(believed({ positions: two }), says([held('3')])))).toEqual([])
      expect(rest(twice(flat, says([held('-3')])))).toEqual([])
    })
  })
})

describe('orders in flight', () => {
  it('are looked at after 2 s, then at twice the time, 30 s at most', () => {
    const at = (looks: number) => lookDueAt({ lastHeardAt: NOW, looks }, DEFAULT_PATIENCE) - NOW
    expect([0, 1, 2, 3, 4, 5, 500].map(at)).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
    const order = inFlight({ lastHeardAt: NOW })
    const looked = (now: number) => reconcile(believed({ inFlight: [order] }), { kind: 'not-asked' }, now, POLICY)
    expect(looked(NOW + 1_999)).toEqual([])
    expect(looked(NOW + 2_000)).toEqual([{ kind: 'look', sealedId: 's1', why: 'due' }])
  })

  it('are looked at after every reconnect', () => {
    const actions = reconcile(believed({ inFlight: [inFlight()], reconnected: true }), says([held('2')]), NOW, POLICY)
    expect(rest(actions)).toEqual([{ kind: 'look', sealedId: 's1', why: 'reconnected' }])
  })

  it.each(['submitting', 'unknown'] as const)(
    'that are %s and listed are looked at, never taken for resting',
    (state) => {
      const report = says([held('2')], [open({ sealedId: 's1' })])
      const actions = reconcile(believed({ inFlight: [inFlight({ state })] }), report, NOW, POLICY)
      expect(rest(actions)).toEqual([{ kind: 'look', sealedId: 's1', why: 'listed' }])
    },
  )

  it('that rest and are not listed any more are looked at, unless they came to rest after the question', () => {
    const at = (lastHeardAt: number) =>
      rest(
        reconcile(
          believed({ inFlight: [inFlight({ state: 'resting', lastHeardAt })] }),
          says([held('2')]),
          NOW,
          POLICY,
        ),
      )
    expect(at(NOW - 101)).toEqual([{ kind: 'look', sealedId: 's1', why: 'not-listed' }])
    expect(at(NOW - 100)).toEqual([])
  })

  it('that rest and are listed are left alone', () => {
    const report = says([held('2')], [open({ sealedId: 's1' })])
    expect(rest(reconcile(believed({ inFlight: [inFlight({ state: 'resting' })] }), report, NOW, POLICY))).toEqual([])
  })
})

describe('orders of ours at the venue that should not be there', () => {
  const report = says([held('2')], [open({ sealedId: 's9' })])
  const ended = (endedAt: number) =>
    believed({ ended: [{ sealedId: 's9', instrument: BTC, state: 'expired', endedAt }] })

  it('although the ledger has their end: are cancelled, and nothing is bought meanwhile', () => {
    const actions = reconcile(ended(NOW - 500), report, NOW, POLICY)
    expect(rest(actions)).toEqual([{ kind: 'cancel-stray', sealedId: 's9', instrument: BTC, state: 'expired' }])
    expect(verdict(actions)?.differences).toMatchObject([{ instrument: BTC, believed: '2', actual: '2' }])
  })

  it('are no surprise when they ended while the venue answered', () => {
    expect(reconcile(ended(NOW - 100), report, NOW, POLICY)).toEqual([
      { kind: 'compared', differences: [], halted: false },
    ])
  })

  it('that the ledger does not know are reported, and nothing is bought: somebody trades with our ids', () => {
    const actions = reconcile(believed(), report, NOW, POLICY)
    expect(rest(actions)).toMatchObject([{ kind: 'report', thing: { kind: 'order', ours: true } }])
    expect(verdict(actions)?.differences).toMatchObject([{ instrument: BTC }])
  })
})

describe('whatever is believed and said', () => {
  const quantity = fc.integer({ min: -3, max: 5 }).map((n) => amount(String(n)))
  const coin = fc.constantFrom(BTC, ETH, instrumentId('SOL'))
  const sealedId = fc.constantFrom('s1', 's2', 's3')
  const difference = fc.record({ instrument: coin, believed: quantity, actual: quantity, message: fc.constant('m') })
  const anyBelieved: fc.Arbitrary<Believed> = fc.record({
    positions: fc.array(
      fc.record({
        id: fc.constantFrom('a', 'b'),
        instrument: coin,
        quantity: fc.constantFrom(amount('0'), amount('2')),
      }),
      { maxLength: 4 },
    ),
    inFlight: fc.uniqueArray(
      fc.record({
        sealedId,
        instrument: coin,
        state: fc.constantFrom('submitting' as const, 'resting' as const, 'unknown' as const),
        lastHeardAt: fc.integer({ min: NOW - 40_000, max: NOW }),
        looks: fc.nat(20),
      }),
      { selector: (order) => order.sealedId, maxLength: 3 },
    ),
    ended: fc.array(
      fc.record({
        sealedId: fc.constantFrom('s4', 's5'),
        instrument: coin,
        state: fc.constantFrom('filled' as const, 'expired' as const),
        endedAt: fc.integer({ min: NOW - 500, max: NOW }),
      }),
      { maxLength: 2 },
    ),
    changing: fc.array(coin, { maxLength: 2 }).map((list) => new Set(list)),
    markets: fc.constant(believed().markets),
    differences: fc.uniqueArray(difference, { selector: ({ instrument: of }) => of, maxLength: 3 }),
    reconnected: fc.boolean(),
  })
  const anyAccount: fc.Arbitrary<VenueReport> = fc.record({
    kind: fc.constant('account' as const),
    askedAt: fc.integer({ min: NOW - 300, max: NOW }),
    positions: fc.array(fc.record({ instrument: coin, quantity, averageEntry: fc.option(fc.constant(amount('9'))) }), {
      maxLength: 4,
    }),
    openOrders: fc.array(
      fc
        .record({ sealedId: fc.option(fc.constantFrom('s1', 's4', 's8')), instrument: coin })
        .map((change) => open(change)),
      { maxLength: 4 },
    ),
  })
  const policies: fc.Arbitrary<ReconcilePolicy> = fc.record({
    external: fc.constantFrom('report' as const, 'ignore' as const, 'adopt' as const),
    onDisagreement: fc.constantFrom('exit-only' as const, 'halt' as const),
    patience: fc.constant(DEFAULT_PATIENCE),
  })

  it('the same question has the same answer, and asking changes nothing', () => {
    fc.assert(
      fc.property(anyBelieved, anyAccount, policies, (ours, theirs, policy) => {
        const before = structuredClone({ ours, theirs })
        expect(reconcile(ours, theirs, NOW, policy)).toEqual(reconcile(ours, theirs, NOW, policy))
        expect({ ours, theirs }).toEqual(before)
      }),
    )
  })

  it('a read that failed leads to what no read leads to: nothing is trusted anew and nothing is concluded', () => {
    fc.assert(
      fc.property(anyBelieved, policies, (ours, policy) => {
        const failed = reconcile(ours, { kind: 'unreadable', message: 'x' }, NOW, policy)
        expect(failed).toEqual(reconcile(ours, { kind: 'not-asked' }, NOW, policy))
        expect(failed.every((action) => action.kind === 'look')).toBe(true)
      }),
    )
  })

  it('nothing but looks and cancels concerns an order, and each is looked at once', () => {
    fc.assert(
      fc.property(anyBelieved, anyAccount, policies, (ours, theirs, policy) => {
        const actions = reconcile(ours, theirs, NOW, policy)
        const looks = actions.flatMap((action) => (action.kind === 'look' ? [action.sealedId] : []))
        expect(new Set(looks).size).toBe(looks.length)
        expect(looks.every((id) => ours.inFlight.some((order) => order.sealedId === id))).toBe(true)
        const cancels = actions.flatMap((action) => (action.kind === 'cancel-stray' ? [action.sealedId] : []))
        expect(cancels.every((id) => ours.ended.some((order) => order.sealedId === id))).toBe(true)
      }),
    )
  })

  it('a difference of an instrument is held back, or it is none of our business, or its book is changing', () => {
    fc.assert(
      fc.property(anyBelieved, anyAccount, policies, (ours, theirs, policy) => {
        if (theirs.kind !== 'account') return
        const found = verdict(reconcile(ours, theirs, NOW, policy))?.differences ?? []
        const sum = (list: readonly { readonly instrument: string; readonly quantity: string }[], of: string) =>
          list.filter((one) => one.instrument === of).reduce((total, one) => total + Number(one.quantity), 0)
        const differing = ours.positions
          .map((position) => position.instrument)
          .filter((of) => {
            const surplus = sum(theirs.positions, of) - sum(ours.positions, of)
            return !ours.changing.has(of) && (surplus < 0 || (surplus > 0 && policy.external !== 'ignore'))
          })
        expect(found.map((one) => one.instrument)).toEqual(expect.arrayContaining(differing))
      }),
    )
    expect.hasAssertions()
  })

  it('nothing is adopted without the word of the config, twice the same finding, and one position to take it', () => {
    fc.assert(
      fc.property(anyBelieved, anyAccount, policies, (ours, theirs, policy) => {
        for (const action of reconcile(ours, theirs, NOW, policy)) {
          if (action.kind !== 'adopt') continue
          expect(policy.external).toBe('adopt')
          expect(ours.differences.some((known) => known.instrument === action.instrument)).toBe(true)
          expect(ours.positions.filter((one) => one.instrument === action.instrument)).toHaveLength(1)
          expect(ours.changing.has(action.instrument)).toBe(false)
        }
      }),
    )
  })
})
