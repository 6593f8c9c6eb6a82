import { insertApiKey } from '@ensue/db'
import { newId } from '@ensue/engine/core'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import { API_KEY_PREFIX, hashToken, newToken } from '../auth/tokens.ts'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { checkRoles } from '../users/check-roles.ts'

export const createApiKeyInput = z.object({
  name: z.string().min(1).max(200),
  role: z.string().min(1).max(64),
  expiresAt: z.iso.datetime({ offset: true }).nullable().optional(),
})

export const apiKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** How the secret begins, to tell keys apart. */
  prefix: z.string(),
  role: z.string(),
  createdBy: z.string().nullable(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
})
export const createdApiKey = apiKeySchema.extend({ key: z.string() })

/** Makes a key bound to a role. The secret, `key`, is in this answer and never again.
 *  @throws AppError forbidden, invalid_input */
export async function createApiKey(
  app: App,
  caller: Caller,
  input: z.infer<typeof createApiKeyInput>,
): Promise<z.infer<typeof createdApiKey>> {
  requirePermission(app, caller.principal, 'users')
  checkRoles(app, caller, [input.role], 'role')
  const key = newToken(API_KEY_PREFIX)
  return app.client.db.transaction().execute(async (trx) => {
    const row = await insertApiKey(trx, {
      id: newId(),
      name: input.name,
      prefix: key.slice(0, API_KEY_PREFIX.length + 6),
      keyHash: hashToken(key),
      role: input.role,
      createdBy: caller.principal.userId,
      expiresAt: input.expiresAt ?? null,
    })
    await recordAudit(app, caller, { action: 'apiKeys.create', target: row.id, details: { role: row.role } }, trx)
    return { ...row, key }
  })
}
