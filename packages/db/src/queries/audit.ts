import type { JsonObject } from '@ensue/engine/core'
import type { DbOrTrx } from '../client.ts'
import { toJsonText } from '../json-text.ts'

export interface AuditRow {
  id: string
  at: string
  userId: string | null
  role: string | null
  action: string
  target: string | null
  outcome: 'allowed' | 'denied'
  details: JsonObject | null
}

export async function insertAudit(db: DbOrTrx, entry: Omit<AuditRow, 'at'>): Promise<void> {
  await db
    .insertInto('audit')
    .values({ ...entry, details: entry.details === null ? null : toJsonText(entry.details) })
    .execute()
}

/** Newest first; `after` is the id of the last entry that was read. */
export function listAudit(
  db: DbOrTrx,
  options: { limit: number; after?: string; action?: string; userId?: string },
): Promise<AuditRow[]> {
  return db
    .selectFrom('audit')
    .select(['id', 'at', 'userId', 'role', 'action', 'target', 'outcome', 'details'])
    .$if(options.after !== undefined, (query) => query.where('id', '<', options.after!))
    .$if(options.action !== undefined, (query) => query.where('action', '=', options.action!))
    .$if(options.userId !== undefined, (query) => query.where('userId', '=', options.userId!))
    .orderBy('id', 'desc')
    .limit(options.limit)
    .execute()
}
