import { type DbOrTrx, insertAudit } from '@ensue/db'
import { type JsonObject, newId } from '@ensue/engine/core'
import type { App, Principal } from '../context.ts'

export interface AuditEntry {
  /** `<noun>.<verb>`, as in the API. */
  action: string
  target?: string | null
  outcome?: 'allowed' | 'denied'
  details?: JsonObject
}

/** Appends to the audit log. In a transaction it commits with what it tells of; without one, a failure is only logged,
 *  so that it can stand beside a refusal without hiding it. */
export async function recordAudit(
  app: App,
  by: { principal: Principal | null },
  entry: AuditEntry,
  trx?: DbOrTrx,
): Promise<void> {
  const written = insertAudit(trx ?? app.client.db, {
    id: newId(),
    userId: by.principal?.userId ?? null,
    role: by.principal?.role ?? null,
    action: entry.action,
    target: entry.target ?? null,
    outcome: entry.outcome ?? 'allowed',
    details: entry.details ?? null,
  })
  if (trx) return written
  return written.catch((error) => app.log.error({ err: error, entry }, 'audit entry lost'))
}
