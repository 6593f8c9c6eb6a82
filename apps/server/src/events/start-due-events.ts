import { takeDueEvents } from '@ensue/db'
import type { App } from '../context.ts'
import { startListeners } from './emit-event.ts'

const AT_MOST = 100

/** Starts the listeners of delayed events whose time has come. @returns how many events */
export async function startDueEvents(app: App): Promise<number> {
  return app.client.transaction(async (trx) => {
    const events = await takeDueEvents(trx, AT_MOST)
    for (const event of events) await startListeners(app, trx, event)
    return events.length
  })
}
