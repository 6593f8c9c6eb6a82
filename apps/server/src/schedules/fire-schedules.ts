import { lookAtSchedules } from '@ensue/db'
import type { App } from '../context.ts'
import { fireDueRecords } from './fire-due-records.ts'
import { fireDueSchedules } from './fire-due-schedules.ts'

/** Nothing has looked at schedules for so long: there was nothing running. Less is taken for a busy machine. */
const DOWN_AFTER_MS = 5_000

/** Starts what is due, by the database's clock, each fire once however many processes do this.
 *  @param now the time, in tests
 *  @returns whether more is due */
export async function fireSchedules(app: App, now?: string): Promise<boolean> {
  const { due, recordsDue } = await lookAtSchedules(app.client.db, DOWN_AFTER_MS, now)
  const more = due && (await fireDueSchedules(app, now))
  const moreRecords = recordsDue && (await fireDueRecords(app, now))
  return more || moreRecords
}
