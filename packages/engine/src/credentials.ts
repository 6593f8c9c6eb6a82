import { z } from 'zod'
import type { Json } from './core/json.ts'

export const SECRET_KINDS = ['text', 'http', 'smtp'] as const
export type SecretKind = (typeof SECRET_KINDS)[number]

const MAX_TEXT = 32_768
const PRINTABLE = /^\P{Cc}*$/u
const line = (maxLength: number) => z.string().max(maxLength).regex(PRINTABLE, 'This holds no line break.')

const httpCredential = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('basic'),
    // RFC 7617: the user name ends at the first colon.
    username: line(255).regex(/^[^:]*$/, 'A user name holds no colon.'),
    password: line(4_096),
  }),
  z.strictObject({ type: z.literal('bearer'), token: line(16_384).min(1) }),
  z.strictObject({
    type: z.literal('header'),
    name: z
      .string()
      .max(128)
      .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'This is not a header name.'),
    value: line(16_384).min(1),
  }),
])

const smtpCredential = z.strictObject({
  host: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[\w.:-]+$/, 'This is not a host name.'),
  port: z.int().min(1).max(65_535).optional(),
  /** TLS from the first byte; without it the connection changes to TLS by STARTTLS. */
  secure: z.boolean().optional(),
  username: line(255).optional(),
  password: line(4_096).optional(),
  /** The sender of messages that name none. */
  from: line(320).optional(),
  /** Don't send without TLS. Default: true when there is a password. */
  requireTls: z.boolean().optional(),
  /** Take any certificate, e.g. a self-signed one of a mail server in the same house. */
  allowInvalidCertificate: z.boolean().optional(),
})

/** `smtp://user:password@host:port?from=…`, as many services hand it out; `smtps:` is TLS from the first byte. */
function fromSmtpUrl(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const url = URL.parse(value)
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol)) return value
  try {
    const from = url.searchParams.get('from')
    return {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      ...(url.protocol === 'smtps:' ? { secure: true } : {}),
      ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
      ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
      ...(from === null ? {} : { from }),
    }
  } catch {
    // A stray % in the user or password.
    return value
  }
}

export type HttpCredential = z.infer<typeof httpCredential>
export type SmtpCredential = z.infer<typeof smtpCredential>
export interface Credentials {
  http: HttpCredential
  smtp: SmtpCredential
}
export type CredentialKind = keyof Credentials

/** What the value of a secret of each kind is. A URL of a mail server becomes its object. */
export const secretValueSchemas = {
  text: z.string().min(1, 'A secret is not empty.').max(MAX_TEXT),
  http: httpCredential,
  smtp: z.preprocess(fromSmtpUrl, smtpCredential),
} satisfies Record<SecretKind, z.ZodType>

export interface Secret {
  name: string
  kind: SecretKind
  /** Text, or the object of a credential. */
  value: Json
}

/** The header that a credential puts on a request, as name and value. */
export function credentialHeader(credential: HttpCredential): [name: string, value: string] {
  switch (credential.type) {
    case 'basic': {
      const pair = new TextEncoder().encode(`${credential.username}:${credential.password}`)
      return ['Authorization', `Basic ${pair.toBase64()}`]
    }
    case 'bearer':
      return ['Authorization', `Bearer ${credential.token}`]
    case 'header':
      return [credential.name, credential.value]
  }
}

/** The parts of a secret that nobody may see; a host, a user name or a sender is none. */
export function confidentialParts({ value }: Pick<Secret, 'value'>): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return [value.password, value.token, value.value].filter((part) => typeof part === 'string')
}
