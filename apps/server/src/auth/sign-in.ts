import { deleteExpiredSessions, findUserForSignIn, insertSession } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import { z } from 'zod'
import { recordAudit } from '../audit/record-audit.ts'
import type { App, Principal } from '../context.ts'
import { announce } from '../events/announce.ts'
import type { RequestInfo } from '../trpc.ts'
import { verifyPassword } from './passwords.ts'
import { countAttempt } from './sign-in-limit.ts'
import { hashToken, newToken, SESSION_PREFIX } from './tokens.ts'

export const SESSION_MS = 14 * 24 * 3_600_000

export const signInInput = z.object({
  email: z.string().min(1).max(320),
  password: z.string().min(1).max(200),
  /** Also sets the session cookie; for the admin SPA. */
  cookie: z.boolean().default(false),
})

export const signedIn = z.object({
  token: z.string(),
  user: z.object({ id: z.string(), email: z.string(), name: z.string().nullable(), roles: z.array(z.string()) }),
})

/** Opens a session of 14 days.
 *  @throws AppError unauthorized, limit_exceeded */
export async function signIn(
  app: App,
  request: RequestInfo,
  input: Pick<z.infer<typeof signInInput>, 'email' | 'password'>,
): Promise<z.infer<typeof signedIn>> {
  const forgetAttempt = countAttempt(app, input.email, request.ip)
  const user = await findUserForSignIn(app.client.db, input.email)
  const matches = await verifyPassword(user?.passwordHash, input.password)
  if (!user || !matches || user.disabled) {
    await recordAudit(app, { principal: null }, { action: 'auth.signIn', target: input.email, outcome: 'denied' })
    throw new AppError('unauthorized', 'The e-mail address or the password is wrong.')
  }
  forgetAttempt()
  const token = newToken(SESSION_PREFIX)
  const expiresAt = new Date(Date.now() + SESSION_MS).toISOString()
  const principal: Principal = {
    kind: 'user',
    userId: user.id,
    email: user.email,
    roles: user.roles,
    role: user.roles[0] ?? '',
  }
  await app.client.transaction(async (trx) => {
    await insertSession(trx, { tokenHash: hashToken(token), userId: user.id, expiresAt })
    await deleteExpiredSessions(trx)
    await recordAudit(app, { principal }, { action: 'auth.signIn', target: user.email }, trx)
    await announce(app, trx, {
      name: 'system.user.signedIn',
      params: { user: { id: user.id, email: user.email, roles: user.roles } },
      by: principal,
    })
  })
  return { token, user: { id: user.id, email: user.email, name: user.name, roles: user.roles } }
}
