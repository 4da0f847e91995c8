import type { Execution, OrderRequest, SealedOrder } from '@portolan/core'

/** Something tried to reach the venue in a dry run: a defect of the loop, which ends such intents before. Nothing was sent. */
export class DryRunError extends Error {
  override readonly name = 'DryRunError'
  constructor(verb: 'submit' | 'lookup' | 'cancel', sealedId: string) {
    super(`dry run: ${verb} of order ${sealedId} was stopped before it reached the venue`)
  }
}

/** A venue's execution that prepares and signs, and from which nothing can be sent. */
export class DryRunExecution implements Execution {
  readonly #execution: Execution

  constructor(execution: Execution) {
    this.#execution = execution
  }

  prepare(order: OrderRequest, signal: AbortSignal): Promise<SealedOrder> {
    return this.#execution.prepare(order, signal)
  }

  submit(order: SealedOrder): Promise<never> {
    return Promise.reject(new DryRunError('submit', order.id))
  }

  lookup(order: SealedOrder): Promise<never> {
    return Promise.reject(new DryRunError('lookup', order.id))
  }

  cancel(order: SealedOrder): Promise<never> {
    return Promise.reject(new DryRunError('cancel', order.id))
  }
}
