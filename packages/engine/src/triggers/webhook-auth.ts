import { z } from 'zod'
import { isJsonObject } from '../core/json.ts'
import { jsonValue, toList } from '../nodes/config-fields.ts'
import { headerName } from './header-name.ts'
import { secretText } from './secret-text.ts'

const none = z.strictObject({ type: z.literal('none') }).meta({ title: 'None' })

const basic = z
  .strictObject({
    type: z.literal('basic'),
    // RFC 7617: the user name ends at the first colon.
    username: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^:]*$/, 'A user name holds no colon.')
      .meta({ title: 'User name', secret: true }),
    password: secretText('Password', 8),
  })
  .meta({ title: 'Basic (user and password)' })

const bearer = z
  .strictObject({
    type: z.literal('bearer'),
    token: secretText('Token'),
    header: headerName.optional().meta({
      title: 'Header',
      placeholder: 'X-Api-Key',
      description: 'A header that holds the token alone. Without it: Authorization: Bearer <token>.',
    }),
  })
  .meta({ title: 'Token in a header' })

const query = z
  .strictObject({
    type: z.literal('query'),
    name: z.string().min(1).max(100).default('token').meta({ title: 'Parameter' }),
    token: secretText('Token'),
  })
  .meta({ title: 'Token in the URL' })

/** By what they verify with. A token names its algorithm itself, so a key must never meet one of the other family. */
export const JWT_ALGORITHMS = {
  secret: ['HS256', 'HS384', 'HS512'],
  key: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'],
} as const

const jwks = z
  .preprocess(
    parseIfJson,
    z.union(
      [
        z.url({ protocol: /^https$/ }).max(2_048),
        z.looseObject({ keys: z.array(z.record(z.string(), jsonValue)).min(1).max(100) }),
      ],
      { error: 'Give the https address of the key set, or the set itself: {"keys": […]}.' },
    ),
  )
  .optional()
  .meta({
    title: 'Key set (JWKS)',
    widget: 'text',
    placeholder: 'https://login.example.com/.well-known/jwks.json',
    description: 'Its https address, or the set itself.',
  })

const jwt = z
  .strictObject({
    type: z.literal('jwt'),
    secret: secretText('Secret (HS256 …)').optional(),
    jwks,
    publicKey: z
      .string()
      .max(8_192)
      .regex(/^\s*-----BEGIN (PUBLIC KEY|CERTIFICATE)-----/, 'A public key is PEM: -----BEGIN PUBLIC KEY-----.')
      .optional()
      .meta({ title: 'Public key', widget: 'code', description: 'PEM, of a key or a certificate.' }),
    algorithms: z
      .preprocess(toList, z.array(z.enum([...JWT_ALGORITHMS.secret, ...JWT_ALGORITHMS.key])).min(1))
      .optional()
      .meta({ title: 'Algorithms', widget: 'select', description: 'All that fit the key, by default.' }),
    issuer: z
      .preprocess(toList, z.array(z.string().min(1).max(2_048)).max(20))
      .optional()
      .meta({ title: 'Issuer', widget: 'tags', description: 'One of these must be in "iss".' }),
    audience: z
      .preprocess(toList, z.array(z.string().min(1).max(2_048)).max(20))
      .optional()
      .meta({ title: 'Audience', widget: 'tags', description: 'One of these must be in "aud".' }),
    requiredClaims: z
      .preprocess(namesToMap, z.record(z.string().min(1), jsonValue))
      .optional()
      .meta({
        title: 'Required claims',
        widget: 'keyValue',
        description: 'Name and value, e.g. role: shop. Null: any value.',
      }),
  })
  .refine(({ secret, jwks, publicKey }) => [secret, jwks, publicKey].filter(Boolean).length === 1, {
    error: 'Give one of: a secret, a key set, a public key.',
    path: ['secret'],
  })
  .refine(
    ({ secret, algorithms = [] }) => {
      const allowed: readonly string[] = JWT_ALGORITHMS[secret === undefined ? 'key' : 'secret']
      return algorithms.every((name) => allowed.includes(name))
    },
    { error: 'HS256, HS384 and HS512 go with a secret, the others with a key.', path: ['algorithms'] },
  )
  .meta({ title: 'JSON Web Token' })

/** Who may call a webhook. */
export const webhookAuth = z
  .discriminatedUnion('type', [none, basic, bearer, query, jwt])
  .optional()
  .meta({ title: 'Authentication' })

export type WebhookAuth = NonNullable<z.infer<typeof webhookAuth>>

function parseIfJson(value: unknown): unknown {
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** `['sub']` asks for a claim of any value, as `{ sub: null }` does. */
function namesToMap(value: unknown): unknown {
  if (value === undefined || isJsonObject(value)) return value
  const names = toList(value)
  return Array.isArray(names) && names.every((name) => typeof name === 'string')
    ? Object.fromEntries(names.map((name) => [name, null]))
    : value
}
