import type { JsonObject } from '@ensue/engine/core'

/** The parts of a request that can carry credentials. */
export interface Credentials {
  /** Every line of each header, names in lower case, as `headersDistinct` of Node. */
  headers: Readonly<Record<string, string[] | undefined>>
  query: URLSearchParams
}

export type Verdict =
  | { ok: true; claims?: JsonObject }
  | {
      ok: false
      /** For the builder, e.g. `token_expired`; the caller is told the message only. */
      reason: string
      message: string
      /** Value of `WWW-Authenticate`. */
      challenge: string
    }

export type Authenticator = (request: Credentials) => Verdict | Promise<Verdict>

export const ACCEPTED: Verdict = { ok: true }

/** Credentials are short; longer ones are not worth hashing. */
export const MAX_CREDENTIAL_LENGTH = 8_192

/** The one line of a header. Which of several counts would be a guess, so they are none at all. */
export function onlyLine({ headers }: Credentials, name: string): { value: string } | { reason: string } {
  const lines = headers[name]
  if (lines === undefined || lines.length === 0) return { reason: 'credentials_missing' }
  const [value = ''] = lines
  if (lines.length > 1) return { reason: 'credentials_repeated' }
  return value.length > MAX_CREDENTIAL_LENGTH ? { reason: 'credentials_too_long' } : { value }
}
