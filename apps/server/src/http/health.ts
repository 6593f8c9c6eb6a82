import { listRunners } from '@ensue/db'
import { sql } from 'kysely'
import type { App } from '../context.ts'

export interface Readiness {
  ready: boolean
  checks: { database: boolean; migrations: boolean; runner: boolean }
}

/** Whether requests would be answered and runs would go on: the database answers, its schema is there, a runner lives somewhere. */
export async function readiness(app: App): Promise<Readiness> {
  const { db } = app.client
  const database = await succeeds(() => sql`select 1`.execute(db))
  const migrations =
    database && (await succeeds(() => db.selectFrom('registry').select('revision').executeTakeFirstOrThrow()))
  const runners = migrations ? await listRunners(db).catch(() => []) : []
  const runner = runners.some((item) => item.alive && item.role !== 'http')
  return { ready: database && migrations && runner, checks: { database, migrations, runner } }
}

async function succeeds(check: () => Promise<unknown>): Promise<boolean> {
  try {
    await check()
    return true
  } catch {
    return false
  }
}
