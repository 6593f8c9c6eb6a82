import { upsertSecret } from '@ensue/db'
import {
  confidentialParts,
  createMasker,
  MIN_MASKED_LENGTH,
  NO_MASKER,
  SECRET_KINDS,
  secretValueSchemas,
} from '@ensue/engine'
import { AppError, type Json } from '@ensue/engine/core'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { secretName, secretSchema } from './schemas.ts'

export const setSecretInput = z.object({
  name: secretName,
  kind: z.enum(SECRET_KINDS).default('text'),
  /** Text, or the object of a credential; `smtp` also takes a URL. */
  value: z.json(),
})

export const setSecretOutput = secretSchema.extend({
  /** What the caller should know, e.g. that the value is too short to be masked. */
  warning: z.string().nullable(),
})

/** Creates or replaces a secret. From the commit on every process uses the new value; nobody can read it.
 *  @throws AppError forbidden, invalid_input */
export async function setSecret(
  app: App,
  caller: Caller,
  { name, kind, value: given }: z.infer<typeof setSecretInput>,
): Promise<z.infer<typeof setSecretOutput>> {
  requirePermission(app, caller.principal, 'secrets')
  const parsed = secretValueSchemas[kind].safeParse(given)
  if (!parsed.success)
    // zod's issues name members, never values.
    throw new AppError('invalid_input', `This is not a value of the kind ${kind}.`, {
      items: parsed.error.issues.slice(0, 20).map(({ message, path }) => ({
        code: 'invalid_input',
        message,
        path: ['value', ...path.map(String)].join('.'),
      })),
    })
  const value: Json = parsed.data
  const row = await app.client.db.transaction().execute(async (trx) => {
    await recordAudit(app, caller, { action: 'secrets.set', target: name, details: { kind } }, trx)
    const envelope = app.secrets.seal(name, kind, value)
    return upsertSecret(trx, { name, kind, envelope, updatedBy: caller.principal.userId })
  })
  await app.registry.refresh()
  const isShort = confidentialParts({ value }).some((part) => createMasker([part]) === NO_MASKER)
  return {
    ...row,
    warning: isShort
      ? `A value of fewer than ${MIN_MASKED_LENGTH} characters can't be masked where others repeat it, e.g. in the answer of a server. Choose a longer one.`
      : null,
  }
}
