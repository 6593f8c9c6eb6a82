import { z } from 'zod'
import { memberCheck } from '../nodes/config-fields.ts'
import { headerName } from './header-name.ts'
import { secretText } from './secret-text.ts'

export const SIGNATURE_LIMITS = {
  secrets: 5,
  toleranceSeconds: 300,
  maxToleranceSeconds: 86_400,
} as const

/** What a generic scheme may say is signed. */
const SIGNED_PARTS = ['timestamp', 'id', 'method', 'url', 'body'] as const

const namedHeader = (title: string, description: string) => headerName.meta({ title, description })

const members = (secrets: string, secret: z.ZodString = secretText('Secret')) => ({
  secrets: z
    .array(secret)
    .min(1, 'A signature needs a secret.')
    .max(SIGNATURE_LIMITS.secrets)
    .meta({
      title: 'Secrets',
      widget: 'tags',
      description: `${secrets} Several while one replaces another: each is accepted.`,
      placeholder: '{{$secrets.NAME}}',
      secret: true,
      writeOnly: true,
    }),
  toleranceSeconds: z
    .int()
    .min(1)
    .max(SIGNATURE_LIMITS.maxToleranceSeconds)
    .default(SIGNATURE_LIMITS.toleranceSeconds)
    .meta({
      title: 'Tolerance in seconds',
      description: 'How far the signed time may be off, both ways. Nothing to do where a scheme signs no time.',
    }),
})

/** The URL as the sender knows it: it is part of what is signed, and a proxy may have changed it since. */
const publicUrl = z
  .url({ protocol: /^https?$/, error: 'A public URL looks like https://hooks.example.com.' })
  .max(2_000)
  .optional()
  .meta({
    title: 'Public URL',
    placeholder: 'https://hooks.example.com',
    description: 'The URL the sender calls, or only its origin; without it https and the Host of the request.',
  })

const aesKey = (description?: string) =>
  secretText('EncodingAESKey')
    .refine(
      (key) => key.includes('{{') || /^[A-Za-z0-9]{43}$/.test(key),
      'An EncodingAESKey has 43 letters and digits.',
    )
    .meta({ title: 'EncodingAESKey', secret: true, writeOnly: true, ...(description ? { description } : {}) })

const github = z
  .strictObject({ preset: z.literal('github'), ...members('The secret of the GitHub webhook.') })
  .meta({ title: 'GitHub' })

const gitlab = z
  .strictObject({
    preset: z.literal('gitlab'),
    ...members('The signing token (whsec_…) or the secret token of the GitLab webhook.'),
  })
  .meta({ title: 'GitLab' })

const stripe = z
  .strictObject({ preset: z.literal('stripe'), ...members('The signing secret of the Stripe endpoint (whsec_…).') })
  .meta({ title: 'Stripe' })

const slack = z
  .strictObject({ preset: z.literal('slack'), ...members('The signing secret of the Slack app.') })
  .meta({ title: 'Slack' })

const shopify = z
  .strictObject({ preset: z.literal('shopify'), ...members('The client secret of the Shopify app.') })
  .meta({ title: 'Shopify' })

const twilio = z
  .strictObject({ preset: z.literal('twilio'), ...members('The auth token of the Twilio account.'), publicUrl })
  .meta({ title: 'Twilio' })

const standardSecret = secretText('Secret').refine(
  (text) => text.includes('{{') || /^(v1,)?(whsec_|whpk_)?[A-Za-z0-9+/]{32,86}={0,2}$/.test(text),
  'A secret is whsec_ and base64, or a public key: whpk_ and base64.',
)

const standardWebhooks = z
  .strictObject({
    preset: z.literal('standard-webhooks'),
    ...members('The signing secret (whsec_…) or public key (whpk_…) of the endpoint.', standardSecret),
  })
  .meta({ title: 'Standard Webhooks (Svix, Resend, Clerk, …)' })

const wecom = z
  .strictObject({
    preset: z.literal('wecom'),
    ...members('The Token of the callback.'),
    encodingAesKey: aesKey(),
    receiverId: z
      .string()
      .min(1)
      .max(128)
      .meta({ title: 'Receiver id', description: 'Corp id or suite id; for a WeChat account its app id.' }),
  })
  .meta({ title: 'WeCom / WeChat' })

const dingtalk = z
  .strictObject({
    preset: z.literal('dingtalk'),
    ...members('The token of the encrypted callback, or the app secret of the robot.'),
    encodingAesKey: aesKey('Of the encrypted callback; without it the sign of a robot is checked.').optional(),
    receiverId: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .meta({ title: 'Receiver id', description: 'App key or corp id of the encrypted callback.' }),
  })
  .refine(
    ...memberCheck(
      (has) => has('encodingAesKey') === has('receiverId'),
      'An encrypted callback needs both an EncodingAESKey and a receiver id.',
      ['receiverId'],
    ),
  )
  .meta({ title: 'DingTalk' })

const meta = z
  .strictObject({
    preset: z.literal('meta'),
    ...members('The app secret.'),
    verifyToken: secretText('Verify token', 16, { description: 'Answers hub.challenge.' }).optional(),
  })
  .meta({ title: 'Meta (Facebook, Instagram, WhatsApp)' })

const hmac = z
  .strictObject({
    preset: z.literal('hmac'),
    header: namedHeader('Header', 'Where the signature is.'),
    algorithm: z.enum(['sha1', 'sha256', 'sha512']).default('sha256').meta({ title: 'Algorithm', widget: 'select' }),
    encoding: z.enum(['hex', 'base64']).default('hex').meta({ title: 'Encoding', widget: 'select' }),
    prefix: z
      .string()
      .max(50)
      .optional()
      .meta({ title: 'Prefix', placeholder: 'sha256=', description: 'Before the signature in the header.' }),
    signed: z
      .string()
      .max(500)
      .refine(
        isSignedTemplate,
        `Put {body} in, and no braces but ${SIGNED_PARTS.map((part) => `{${part}}`).join(' ')}.`,
      )
      .default('{body}')
      .meta({
        title: 'Signed text',
        placeholder: '{timestamp}.{body}',
        description: 'What the sender signs: {timestamp} {id} {method} {url} {body}.',
      }),
    timestampHeader: namedHeader('Timestamp header', 'Unix time in seconds; it has to be signed.').optional(),
    idHeader: namedHeader('Delivery id header', 'Tells duplicates apart.').optional(),
    ...members('The key of the HMAC, its bytes as they stand.'),
    publicUrl: publicUrl.describe('The URL the sender calls, or only its origin; without it {url} is path and query.'),
    echo: z
      .string()
      .regex(/^[\w.-]{1,100}$/)
      .optional()
      .meta({
        title: 'Echo parameter',
        placeholder: 'challenge',
        description: 'A request with this query parameter and no signature gets its value back, and starts nothing.',
      }),
  })
  .refine((config) => config.signed.includes('{timestamp}') === (config.timestampHeader !== undefined), {
    error: 'A timestamp header and {timestamp} in the signed text go together.',
    path: ['timestampHeader'],
  })
  .refine((config) => !config.signed.includes('{id}') || config.idHeader !== undefined, {
    error: '{id} in the signed text needs the header it is in.',
    path: ['idHeader'],
  })
  .meta({ title: 'Other (HMAC)' })

/** Without the body, anything could be sent along with a captured signature. */
function isSignedTemplate(template: string): boolean {
  const rest = SIGNED_PARTS.reduce((text, part) => text.replaceAll(`{${part}}`, ''), template)
  return template.includes('{body}') && !/[{}]/.test(rest)
}

/** How the ingress of a webhook tells that a request comes from who holds the secret. */
export const signatureField = z
  .discriminatedUnion('preset', [
    github,
    gitlab,
    stripe,
    slack,
    shopify,
    twilio,
    standardWebhooks,
    wecom,
    dingtalk,
    meta,
    hmac,
  ])
  .optional()
  .meta({ title: 'Signature', description: 'Checked over the bytes of the request before anything is read from them.' })

export type SignatureConfig = NonNullable<z.output<typeof signatureField>>
export type SignaturePreset = SignatureConfig['preset']
