import { deleteSession } from '@ensue/db'
import type { App, Caller } from '../context.ts'
import { forgetPrincipals } from './find-principal.ts'
import { hashToken } from './tokens.ts'

/** Ends the session of the token; an API key stays valid. */
export async function signOut(app: App, _caller: Caller, input: { token: string }): Promise<null> {
  await deleteSession(app.client.db, hashToken(input.token))
  forgetPrincipals(app, input.token)
  return null
}
