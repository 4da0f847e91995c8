import type { Emas } from '../indicators/ema.ts'

/** S0 downtrend, S1 primer, S2 defensive, S3 full uptrend, S4 unclear (bootstrap only). */
export type TrendState = 'S0' | 'S1' | 'S2' | 'S3' | 'S4'

/** A change of state on one bar, such as `S2->S3`. */
export type TrendTransition = 'S4->S3' | 'S4->S0' | 'S0->S1' | 'S1->S0' | 'S1->S2' | 'S2->S1' | 'S2->S3' | 'S3->S0'

/** Why exitPosition is set. */
export type ExitReason = 'bearish_order' | 'all_emas_below_333'

/** EMA20 and EMA30 above EMA60, and EMA60 > EMA144 > EMA250 > EMA333. */
export function isBullishOrder(e: Emas): boolean {
  return e.ema20 > e.ema60 && e.ema30 > e.ema60 && e.ema60 > e.ema144 && e.ema144 > e.ema250 && e.ema250 > e.ema333
}

/** The opposite of {@link isBullishOrder}, pair by pair. */
export function isBearishOrder(e: Emas): boolean {
  return e.ema20 < e.ema60 && e.ema30 < e.ema60 && e.ema60 < e.ema144 && e.ema144 < e.ema250 && e.ema250 < e.ema333
}

/** EMA20, 30, 60, 144 and 250 all below EMA333. */
export function areAllBelow333(e: Emas): boolean {
  return e.ema20 < e.ema333 && e.ema30 < e.ema333 && e.ema60 < e.ema333 && e.ema144 < e.ema333 && e.ema250 < e.ema333
}

/** The state at the first evaluation, when there is none before. */
export function bootstrapState(emas: Emas): TrendState {
  if (isBullishOrder(emas)) return 'S3'
  if (isBearishOrder(emas)) return 'S0'
  return 'S4'
}

/** The transition of one bar, null when the state stays. At most one a bar. */
export function nextTransition(state: TrendState, close: number, emas: Emas): TrendTransition | null {
  switch (state) {
    case 'S4':
      if (isBullishOrder(emas)) return 'S4->S3'
      return isBearishOrder(emas) ? 'S4->S0' : null
    case 'S0':
      return emas.ema20 > emas.ema60 && emas.ema30 > emas.ema60 && close > emas.ema60 ? 'S0->S1' : null
    case 'S1':
      if (isBearishOrder(emas)) return 'S1->S0'
      return close > emas.ema333 ? 'S1->S2' : null
    case 'S2':
      if (close < emas.ema333) return 'S2->S1'
      return isBullishOrder(emas) ? 'S2->S3' : null
    case 'S3':
      return areAllBelow333(emas) ? 'S3->S0' : null
  }
}

/** The state that a transition leads to. */
export function targetState(transition: TrendTransition): TrendState {
  switch (transition) {
    case 'S4->S3':
    case 'S2->S3':
      return 'S3'
    case 'S4->S0':
    case 'S1->S0':
    case 'S3->S0':
      return 'S0'
    case 'S0->S1':
    case 'S2->S1':
      return 'S1'
    case 'S1->S2':
      return 'S2'
  }
}

/** The reason of exitPosition that a transition carries, null when it carries none. */
export function exitReason(transition: TrendTransition | null): ExitReason | null {
  if (transition === 'S1->S0') return 'bearish_order'
  return transition === 'S3->S0' ? 'all_emas_below_333' : null
}
