import { describe } from 'vitest'
import { chargeBehaviour } from './charges.ts'
import { claimBehaviour } from './claims.ts'
import { fillBehaviour } from './fills.ts'
import { intentDeltaBehaviour } from './intent-deltas.ts'
import { learningBehaviour } from './learning.ts'
import { marketDataBehaviour } from './market-data.ts'
import { orderBehaviour } from './orders.ts'
import { positionBehaviour } from './positions.ts'
import type { StoreUnderTest } from './samples.ts'
import { storyBehaviour } from './story.ts'
import { tradingOrderBehaviour } from './trading-orders.ts'

/** The tests that every store passes. `get` is asked inside of the tests: the store may be opened in a hook. */
export function storeBehaviour(get: () => StoreUnderTest): void {
  describe('positions and steps', () => {
    positionBehaviour(get)
  })
  describe('intents and orders', () => {
    orderBehaviour(get)
  })
  describe('fills', () => {
    fillBehaviour(get)
  })
  describe('charges', () => {
    chargeBehaviour(get)
  })
  describe('market data', () => {
    marketDataBehaviour(get)
  })
  describe('learning and cursors', () => {
    learningBehaviour(get)
  })
  describe('intent deltas', () => {
    intentDeltaBehaviour(get)
  })
  describe('trading orders and profit marks', () => {
    tradingOrderBehaviour(get)
  })
  describe('claims', () => {
    claimBehaviour(get)
  })
  describe('story', () => {
    storyBehaviour(get)
  })
}
