import { toNumber } from '../../amounts/decimal-string.ts'
import type { BookedFill } from '../accounting/apply-fill.ts'
import type { BookFigures } from '../accounting/book-figures.ts'
import type { PmConfig } from '../config/pm-config.ts'
import type { Intent } from '../plan/intent.ts'
import { rememberExitValue } from './advance-history.ts'
import type { IntentTally, PositionHistory } from './position-history.ts'

/** A fill as it was booked. */
export interface HistoryFill {
  readonly fill: BookedFill
  /** Null for a fill that no intent caused. */
  readonly intent: Intent | null
  /** USD received, net of fees; 0 for a buy. */
  readonly proceedsUsd: number
  readonly before: Pick<BookFigures, 'quantity'>
  readonly after: Pick<BookFigures, 'quantity' | 'averageEntry'>
}

/**
 * Takes a booked fill into the history, in place. An intent counts once, at its first fill, for the episode, visit and trade in
 * which it was planned; its stop and its arm follow each of its fills.
 */
export function applyFillToHistory(history: PositionHistory, booked: HistoryFill, config: PmConfig): void {
  const { fill, intent, before, after } = booked
  if (before.quantity <= 0 && after.quantity > 0) history.trade++
  const tally = intent === null ? null : addToTally(history, fill, intent, config)
  if (fill.side === 'buy') {
    const atr = intent?.atr ?? history.lastAtr
    if (after.averageEntry !== null && atr !== null) {
      history.stopPrice = after.averageEntry - config.plan.stopAtr * atr
    }
    if (intent !== null && tally !== null) countBuy(history, intent, tally, config)
    if (intent !== null) exitLateBuy(history, intent, after.quantity)
  } else {
    history.tradeProceedsUsd += booked.proceedsUsd
    if (intent?.rule === 'trimFlag') countTrim(history, fill, intent, booked.proceedsUsd, tally?.first === true)
  }
  if (after.quantity <= 0) endTrade(history)
}

/** Ends the trade, in place: what lives as long as a trade is cleared. */
export function endTrade(history: PositionHistory): void {
  history.poolUsd = 0
  history.recovery = null
  history.lastTrim = null
  history.tradeProceedsUsd = 0
  history.stopPrice = null
  history.exitDue = null
}

interface CountedTally extends IntentTally {
  /** This fill is the intent's first. */
  readonly first: boolean
}

function addToTally(history: PositionHistory, fill: BookedFill, intent: Intent, config: PmConfig): CountedTally {
  const { barTs, rule } = intent
  const known = history.tallies.find((tally) => tally.barTs === barTs && tally.rule === rule)
  const quantity = toNumber(fill.quantity)
  const tally: IntentTally = {
    barTs,
    rule,
    quantity: (known?.quantity ?? 0) + quantity,
    notionalUsd: (known?.notionalUsd ?? 0) + quantity * toNumber(fill.price),
  }
  const others = history.tallies.filter((other) => other !== known)
  history.tallies = [...others, tally].slice(-config.plan.rememberedIntents)
  return { ...tally, first: known === undefined }
}

function countBuy(history: PositionHistory, intent: Intent, tally: CountedTally, config: PmConfig): void {
  const { marks } = intent
  const sameTrade = marks.trade === history.trade
  switch (intent.rule) {
    case 'S1.buySignal':
      history.primerFilledIn = latest(history.primerFilledIn, marks.episode)
      return
    case 'S2.buyFlag':
      history.retestFilledIn = latest(history.retestFilledIn, marks.s2Visit)
      return
    case 'S3.entry':
      history.uptrendEntryFilledIn = latest(history.uptrendEntryFilledIn, marks.s3Visit)
      return
    case 'S2.pool':
      if (tally.first && sameTrade) history.poolUsd = 0
      return
    case 'S3.dx':
      if (sameTrade) recover(history, intent, tally, config)
      return
    case 'S3.reclaim': {
      const { exitValue } = history
      // A value set after this intent was planned is another one: its rebuy stays unused.
      if (tally.first && exitValue !== null && exitValue.barTs <= intent.barTs && marks.s3Visit === history.s3Visit) {
        history.exitValue = { ...exitValue, unused: false }
      }
      return
    }
    case 'exitPosition':
    case 'emergencyExit':
    case 'stop':
    case 'operator':
    case 'trimFlag':
      return
  }
}

/** The first fill of S3.dx from a pool begins recovery, the last allowed one empties the pool. */
function recover(history: PositionHistory, intent: Intent, tally: CountedTally, config: PmConfig): void {
  const { maxFills, armAtr } = config.plan.discount
  const arm = tally.notionalUsd / tally.quantity - armAtr * intent.atr
  const { recovery } = history
  if (!tally.first) {
    if (recovery !== null) history.recovery = { ...recovery, arm }
    return
  }
  const fills = (recovery?.fills ?? 0) + 1
  history.recovery = { baseUsd: recovery?.baseUsd ?? history.poolUsd, fills, arm }
  if (fills >= maxFills) history.poolUsd = 0
}

function countTrim(
  history: PositionHistory,
  fill: BookedFill,
  intent: Intent,
  proceedsUsd: number,
  first: boolean,
): void {
  // Once recovery has begun, a trim starts a new pool; what was left of the old one is locked profit.
  history.poolUsd = history.recovery === null ? history.poolUsd + proceedsUsd : proceedsUsd
  history.recovery = null
  if (first && intent.trimLevel !== null) history.lastTrim = { filledAt: fill.at, level: intent.trimLevel }
}

/** What a buy still fills after a bar with exitPosition or emergencyExit is sold again. */
function exitLateBuy(history: PositionHistory, intent: Intent, quantity: number): void {
  const { exitSignal, lastClose } = history
  if (exitSignal === null || intent.barTs >= exitSignal.barTs || history.exitDue !== null || quantity <= 0) return
  history.exitDue = exitSignal
  if (exitSignal.rule === 'emergencyExit' && history.state === 'S3' && lastClose !== null) {
    rememberExitValue(history, quantity * lastClose, exitSignal.barTs)
  }
}

function latest(known: number | null, planned: number): number {
  return known === null ? planned : Math.max(known, planned)
}
