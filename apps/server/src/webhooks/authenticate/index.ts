import type { WebhookAuth } from '@ensue/engine'
import type { FetchImplementation } from 'jose'
import { createBasicAuthenticator } from './basic.ts'
import { createBearerAuthenticator } from './bearer.ts'
import { createJwtAuthenticator } from './jwt.ts'
import { createQueryTokenAuthenticator } from './query-token.ts'
import { ACCEPTED, type Authenticator } from './verdict.ts'

export type { Authenticator, Credentials, Verdict } from './verdict.ts'

/** Makes the check of who calls a webhook, once per version; secrets must be in place. A secret that is missing lets nobody in.
 *  @param fetch for key sets on the web */
export function createAuthenticator(auth: WebhookAuth | undefined, fetch: FetchImplementation): Authenticator {
  switch (auth?.type) {
    case undefined:
    case 'none':
      return () => ACCEPTED
    case 'basic':
      return createBasicAuthenticator(auth)
    case 'bearer':
      return createBearerAuthenticator(auth)
    case 'query':
      return createQueryTokenAuthenticator(auth)
    case 'jwt':
      return createJwtAuthenticator(auth, fetch)
  }
}
