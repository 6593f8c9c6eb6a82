import { takeDueEvents } from '@ensue/db'
import { currentSnapshot } from '../collections/current-snapshot.ts'
import type { App } from '../context.ts'
import { listenersOf, startListeners } from './start-listeners.ts'

/** Starts the listeners of delayed events whose time has come. @returns how many events; `limit` of them may mean that more are due */
export async function startDueEvents(app: App, limit: number): Promise<number> {
  return app.client.transaction(async (trx) => {
    const events = await takeDueEvents(trx, limit)
    if (events.length === 0) return 0
    const snapshot = await currentSnapshot(app, trx)
    for (const event of events) await startListeners(app, trx, event, listenersOf(snapshot, event.name))
    return events.length
  })
}
