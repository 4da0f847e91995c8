import type { WireSubscription } from '../socket/frame.ts'
import { subscriptionKey } from '../socket/frame.ts'
import type { SocketParts } from '../socket/reconnecting-socket.ts'
import { ReconnectingSocket } from '../socket/reconnecting-socket.ts'
import type { RecentSubscription } from '../socket/subscription-keeper.ts'
import { SubscriptionKeeper } from '../socket/subscription-keeper.ts'

export interface SuspectTrialParts extends SocketParts {
  /** They did the connection no harm. */
  readonly onCleared: (subscriptions: readonly WireSubscription[]) => void
  /** The connection dies of this one alone, or it is never answered. */
  readonly onConvicted: (subscription: WireSubscription, why: string) => void
}

/** Suspects that are tried together. */
interface Group {
  readonly members: readonly WireSubscription[]
  /** A connection died of these, so that at least one of them is to blame, or chance. */
  readonly guilty: boolean
  /** How often the connection died of a single one. */
  readonly deaths: number
}

interface Round {
  readonly group: Group
  /** The part of the group that is tried. */
  tried: readonly WireSubscription[]
  readonly socket: ReconnectingSocket
  readonly keeper: SubscriptionKeeper
  readonly watch: Disposable
  /** Since when all are acknowledged, ms. */
  settledAt: number | null
}

/** One alone must kill two connections: the first may have ended by chance. */
const DEATHS_TO_CONVICT = 2
const UNANSWERED_TO_CONVICT = 2
/** Nothing but acknowledgements is expected here. */
const NEVER_MS = 86_400_000

/**
 * Finds out which subscription it was that a connection died of. The venue drops a connection, with everything on it, at a coin that it does not know, and
 * does not say why. So suspects are tried on a connection of their own, half of them at a time, where they harm nobody; the innocent ones go back to the
 * others as soon as they are cleared. Of `n` suspects, one poison among them, about `log2(n)` connections die.
 */
export class SuspectTrial {
  readonly #parts: SuspectTrialParts
  #queue: readonly Group[] = []
  #round: Round | null = null
  #stopped = false

  constructor(parts: SuspectTrialParts) {
    this.#parts = parts
  }

  /** Subscriptions that its connection holds. */
  get subscriptions(): number {
    return this.#round?.socket.subscriptions ?? 0
  }

  isOnTrial(subscription: WireSubscription): boolean {
    const key = subscriptionKey(subscription)
    const groups = this.#round === null ? this.#queue : [this.#round.group, ...this.#queue]
    return groups.some(({ members }) => members.some((member) => subscriptionKey(member) === key))
  }

  /** A connection died soon after these were asked for, in this order. */
  accuse(suspects: readonly RecentSubscription[]): void {
    const fresh = suspects.filter(({ subscription }) => !this.isOnTrial(subscription))
    const members = fresh.map(({ subscription }) => subscription)
    const first = fresh.findIndex(({ acknowledged }) => !acknowledged)
    const likeliest = members[first]
    if (first > 0 && likeliest !== undefined) {
      // The venue answers in order: it got as far as this one.
      const rest = members.filter((member) => member !== likeliest)
      this.#add({ members: [likeliest], guilty: true, deaths: 0 }, { members: rest, guilty: false, deaths: 0 })
    } else this.#add({ members, guilty: true, deaths: 0 })
  }

  /** Tries one that was convicted long ago. */
  retry(subscription: WireSubscription): void {
    if (!this.isOnTrial(subscription)) this.#add({ members: [subscription], guilty: true, deaths: 1 })
  }

  stop(): void {
    this.#stopped = true
    this.#queue = []
    this.#end()
  }

  #add(...groups: readonly Group[]): void {
    this.#queue = [...this.#queue, ...groups.filter(({ members }) => members.length > 0)]
    this.#next()
  }

  #next(): void {
    const [group, ...rest] = this.#queue
    if (this.#stopped || this.#round !== null || group === undefined) return
    this.#queue = rest
    const { members, guilty } = group
    const tried = guilty && members.length > 1 ? members.slice(0, Math.ceil(members.length / 2)) : members
    const { clock, logger, timing } = this.#parts
    const socket = new ReconnectingSocket(
      { ...this.#parts, timing: { ...timing, staleMs: NEVER_MS, reconnectMaxMs: timing.reconnectMinMs * 4 } },
      {
        onOpen: () => keeper.onOpen(),
        onFrame: (frame) => {
          if (frame.kind === 'ack') keeper.onAck(frame.method, subscriptionKey(frame.subscription))
          else if (frame.kind === 'error') keeper.onError(frame.message)
        },
        onDown: (byPeer) => {
          const isVerdict = byPeer && keeper.recent(timing.suspicionMs).length > 0
          keeper.onDown()
          if (this.#round !== null) this.#round.settledAt = null
          if (isVerdict) this.#died()
        },
      },
    )
    const keeper = new SubscriptionKeeper({
      clock,
      logger,
      ackMs: timing.ackMs,
      send: (message) => socket.send(message),
      onSubscribed: () => undefined,
      onUnanswered: (subscription, _method, times) => {
        if (times >= UNANSWERED_TO_CONVICT) this.#neverAnswered(subscription)
      },
    })
    const watch = clock.every(Math.ceil(timing.suspicionMs / 5), () => this.#look())
    this.#round = { group, tried, socket, keeper, watch, settledAt: null }
    logger.info('subscriptions are tried on a connection of their own', { subscriptions: tried.length })
    keeper.want(tried)
    socket.start()
  }

  /** Alive for long enough with all of them: none of them is to blame. */
  #look(): void {
    const round = this.#round
    if (round === null) return
    const { clock, timing } = this.#parts
    if (!round.socket.isOpen || !round.keeper.isSettled) round.settledAt = null
    else round.settledAt ??= clock.now()
    if (round.settledAt === null || clock.now() - round.settledAt < timing.suspicionMs) return
    const { group, tried } = round
    this.#end()
    const left = group.members.filter((member) => !tried.includes(member))
    if (left.length > 0) this.#queue = [{ members: left, guilty: group.guilty, deaths: 0 }, ...this.#queue]
    this.#parts.onCleared(tried)
    this.#next()
  }

  #died(): void {
    const round = this.#round
    if (round === null) return
    const { group, tried } = round
    this.#end()
    const left = group.members.filter((member) => !tried.includes(member))
    const [alone] = tried
    const deaths = tried.length === 1 ? group.deaths + 1 : 0
    const others: Group[] = left.length > 0 ? [{ members: left, guilty: false, deaths: 0 }] : []
    if (alone !== undefined && deaths >= DEATHS_TO_CONVICT) {
      this.#queue = [...others, ...this.#queue]
      this.#parts.onConvicted(alone, 'the venue drops the connection at it')
    } else this.#queue = [{ members: tried, guilty: true, deaths }, ...others, ...this.#queue]
    this.#next()
  }

  #neverAnswered(subscription: WireSubscription): void {
    const round = this.#round
    if (round === null) return
    round.tried = round.tried.filter((member) => member !== subscription)
    const members = round.group.members.filter((member) => member !== subscription)
    this.#round = { ...round, group: { ...round.group, members } }
    round.keeper.want(round.tried)
    this.#parts.onConvicted(subscription, 'the venue never answers it')
    if (round.tried.length > 0) return
    this.#end()
    this.#add({ ...round.group, members })
  }

  /** Ending the connection takes its subscriptions down without a message for each. */
  #end(): void {
    const round = this.#round
    this.#round = null
    round?.watch[Symbol.dispose]()
    round?.keeper.stop()
    round?.socket.stop()
  }
}
