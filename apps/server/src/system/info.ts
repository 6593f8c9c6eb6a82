import { listRunners } from '@ensue/db'
import { sql } from 'kysely'
import { z } from 'zod'
import type { App, Caller } from '../context.ts'

export const systemInfo = z.object({
  version: z.string(),
  /** Of the process that answers. */
  processRole: z.enum(['all', 'http', 'runner']),
  registryRevision: z.int(),
  postgresVersion: z.string(),
  runners: z.array(
    z.object({
      id: z.string(),
      role: z.string(),
      host: z.string(),
      pid: z.int(),
      startedAt: z.string(),
      heartbeatAt: z.string(),
      alive: z.boolean(),
    }),
  ),
})

/** What runs where; for anyone signed in. */
export async function info(app: App, _caller: Caller): Promise<z.infer<typeof systemInfo>> {
  const { db } = app.client
  const runners = await listRunners(db)
  const { rows } = await sql<{ serverVersion: string }>`show server_version`.execute(db)
  return {
    version: '0.1.0',
    processRole: app.config.role,
    registryRevision: app.registry.current().revision,
    postgresVersion: rows[0]?.serverVersion ?? '',
    runners,
  }
}
