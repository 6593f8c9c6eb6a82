import type { Trx } from '@ensue/db'
import type { Events } from '@ensue/engine'
import type { App } from '../context.ts'
import { emitEvent } from '../events/emit-event.ts'

/** Events as nodes emit them: stored and dispatched in the node's own transaction. */
export function createEvents(app: App): Events {
  return {
    async emit(tx, event) {
      const { id, triggered } = await emitEvent(app, tx as unknown as Trx, {
        name: event.name,
        params: event.params,
        source: {
          kind: 'execution',
          executionId: event.source.executionId,
          path: event.source.path,
          ...(event.source.debug ? { debug: true } : {}),
        },
        depth: event.source.depth + 1,
        debug: event.source.debug,
        // The same node run emits the same event, however often it is tried.
        idempotencyKey: `${event.source.executionId}-${event.source.path}`,
        ...(event.delayMs === undefined ? {} : { delayMs: event.delayMs }),
        ...(event.orderingKey === undefined ? {} : { orderingKey: event.orderingKey }),
      })
      return { id, executionIds: triggered.map((item) => item.executionId) }
    },
  }
}
