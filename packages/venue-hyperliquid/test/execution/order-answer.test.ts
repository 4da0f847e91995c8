import { parseDecimal } from '@portolan/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAnswer } from '../../src/execution/exchange-client.ts'
import { outcomeOfAnswer } from '../../src/execution/order-answer.ts'

const answer = (...statuses: unknown[]) => ({ type: 'order', data: { statuses } })
const quantity = parseDecimal('0.5')
const cloid = `0x${'c1'.repeat(16)}`
const outcomeOf = (response: unknown) => outcomeOfAnswer(response, quantity, cloid)

describe('the answer to an order', () => {
  it('is filled when the whole quantity was executed, whatever its spelling', () => {
    const outcome = outcomeOf(answer({ filled: { totalSz: '0.50', avgPx: '79449.20', oid: 59534788967, cloid } }))
    expect(outcome).toEqual({ kind: 'filled', orderId: '59534788967', filled: '0.5', averagePrice: '79449.2' })
  })

  it('is partial when less was executed: the rest of an IOC order is gone', () => {
    const outcome = outcomeOf(answer({ filled: { totalSz: '0.2', avgPx: '100', oid: 1 } }))
    expect(outcome).toMatchObject({ kind: 'partial', filled: '0.2' })
  })

  it('is resting without any fill yet', () => {
    expect(outcomeOf(answer({ resting: { oid: 7, cloid } }))).toEqual({
      kind: 'resting',
      orderId: '7',
      filled: '0',
    })
  })

  it('that is nested beyond all measure proves nothing', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
    for (const response of [deep, answer(deep), answer({ filled: deep }), { type: 'order', data: deep }, undefined]) {
      expect(outcomeOf(response).kind).toBe('unknown')
    }
  })

  it('keeps the words of a refusal', () => {
    const words = 'A reason that is not known yet. asset=9'
    expect(outcomeOf(answer({ error: words }))).toEqual({
      kind: 'rejected',
      reason: 'other',
      message: words,
    })
  })

  it.each([
    ['no status', answer()],
    ['two statuses', answer({ resting: { oid: 1 } }, { resting: { oid: 2 } })],
    ['a status that names no order', answer('waitingForFill')],
    ['another that names none', answer('waitingForTrigger')],
    [
      'the order of somebody else',
      answer({ filled: { totalSz: '0.5', avgPx: '1', oid: 1, cloid: `0x${'00'.repeat(16)}` } }),
    ],
    ['more than was ordered', answer({ filled: { totalSz: '0.6', avgPx: '1', oid: 1 } })],
    ['a bad child of a good order', answer({ filled: { totalSz: '0.5', avgPx: '1', oid: 1 } }, 'waitingForTrigger')],
    ['another type', { type: 'cancel', data: { statuses: ['success'] } }],
    ['an amount that is no number', answer({ filled: { totalSz: 'all', avgPx: '1', oid: 1 } })],
    ['an empty fill', answer({ filled: { totalSz: '0', avgPx: '1', oid: 1 } })],
    ['a fill for nothing', answer({ filled: { totalSz: '1', avgPx: '0', oid: 1 } })],
    ['nothing', null],
  ])('is unknown for %s', (_name, response) => {
    expect(outcomeOf(response).kind).toBe('unknown')
  })

  it('is never taken for a refusal when it is not a clear answer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.string(), (status, text) => {
        if (status === 200) return
        const kind = readAnswer({ status, text, retryAfterMs: null }).kind
        expect(kind).toBe('unclear')
      }),
    )
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const read = readAnswer({ status: 200, text: JSON.stringify(value), retryAfterMs: null })
        expect(read.kind).toBe('unclear')
      }),
    )
    expect(readAnswer({ status: 200, text: '{"status":"ok","resp', retryAfterMs: null }).kind).toBe('unclear')
    expect(readAnswer({ status: 200, text: '<html>', retryAfterMs: null }).kind).toBe('unclear')
    expect(readAnswer({ status: 429, text: '', retryAfterMs: null }).kind).toBe('unclear')
  })

  it('is a refusal when the venue says so, or could not read the request at all', () => {
    expect(readAnswer({ status: 200, text: '{"status":"err","response":"No."}', retryAfterMs: null })).toEqual({
      kind: 'refused',
      message: 'No.',
    })
    const text = 'Failed to deserialize the JSON body into the target type'
    expect(readAnswer({ status: 422, text, retryAfterMs: null })).toEqual({ kind: 'refused', message: text })
  })
})
