import { createHash } from 'node:crypto'
import { z } from 'zod'
import { NodeError } from '../core/errors.ts'
import { isJsonObject, type JsonObject } from '../core/json.ts'
import { credentialHeader } from '../credentials.ts'
import type { HttpResponse } from '../ports.ts'
import { credentialField, jsonValue, textField } from './config-fields.ts'
import { defineNode, type NodeContext } from './define-node.ts'
import { appendPairs, bodySchema, encodeBody } from './http-body.ts'
import { hasHeader, headerProblem, headersField, withHeader } from './http-headers.ts'
import { decodeBody } from './http-response.ts'

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const SAFE = ['GET', 'HEAD', 'OPTIONS']
const DEFAULT_TIMEOUT_MS = 5_000
const MAX_TIMEOUT_MS = 300_000
const DEFAULT_RESPONSE_BYTES = 5_242_880
const MAX_MESSAGE_ID_LENGTH = 256
const MAX_RESPONSE_BYTES = 26_214_400
/** A server that asks for a longer pause is not waited for as long as it likes. */
const MAX_RETRY_AFTER_MS = 3_600_000

const timeout = () => z.int().min(1).max(MAX_TIMEOUT_MS)

const config = z
  .strictObject({
    method: z
      .preprocess((value) => (typeof value === 'string' ? value.toUpperCase() : value), z.enum(METHODS))
      .default('GET')
      .meta({ title: 'Method', widget: 'select' }),
    url: textField(
      {
        title: 'URL',
        placeholder: 'https://api.example.com/orders/{{$context.data.id}}',
        secret: true,
        description: 'Values in the path and query are encoded; a URL that is one expression is taken as it is.',
      },
      z.string().min(1).max(8_192),
    ),
    query: z.record(z.string(), jsonValue).optional().meta({ title: 'Query', widget: 'keyValue', secret: true }),
    headers: headersField([], { secret: true }),
    body: bodySchema.optional().meta({ title: 'Body', visibleWhen: { method: ['POST', 'PUT', 'PATCH', 'DELETE'] } }),
    credential: credentialField('http').optional(),
    sign: z
      .strictObject({
        secret: textField(
          {
            title: 'Signing secret',
            placeholder: '{{$secrets.WEBHOOK_KEY}}',
            secret: true,
            description: '"whsec_" and 24 to 64 bytes in base64.',
          },
          z.string().min(1).max(512),
        ),
      })
      .optional()
      .meta({ title: 'Sign', description: 'Signs the request as a webhook, after Standard Webhooks.' }),
    response: z
      .enum(['auto', 'json', 'text', 'base64'])
      .default('auto')
      .meta({ title: 'Read the response as', widget: 'select' }),
    failOnStatus: z
      .boolean()
      .default(true)
      .meta({ title: 'Fail on error status', description: 'A status of 400 and above fails the node.' }),
    followRedirects: z.boolean().default(false).meta({
      title: 'Follow redirects',
      description: 'Up to 3. Another origin gets neither headers nor body.',
    }),
    timeoutMs: timeout().default(DEFAULT_TIMEOUT_MS).meta({ title: 'Timeout', widget: 'duration' }),
    firstByteTimeoutMs: timeout().optional().meta({
      title: 'Timeout of the first byte',
      widget: 'duration',
      description: 'When a long answer may take time, but not its beginning.',
    }),
    maxResponseBytes: z.int().min(1).max(MAX_RESPONSE_BYTES).default(DEFAULT_RESPONSE_BYTES).meta({
      title: 'Largest response in bytes',
      description: 'Inflated. A larger one fails the node.',
    }),
    afterCrash: z.enum(['retry', 'fail']).optional().meta({
      title: 'After a crash in the middle',
      widget: 'select',
      description: 'Send again with the same Idempotency-Key (default, except for PATCH), or fail as uncertain.',
    }),
  })
  .refine(({ method, body }) => !SAFE.includes(method) || body === undefined || body.type === 'none', {
    error: 'A request with this method has no body.',
    path: ['body'],
  })
type HttpConfig = z.infer<typeof config>

function targetUrl(url: string, query: JsonObject | undefined): string {
  const target = URL.parse(url)
  if (!target || !['http:', 'https:'].includes(target.protocol))
    throw new NodeError('http_bad_url', 'The URL is not a valid http or https address.', { path: 'url' })
  // A URL is shown where requests are shown.
  if (target.username !== '' || target.password !== '')
    throw new NodeError('http_bad_url', 'The URL holds a user name or password; use a credential instead.', {
      path: 'url',
    })
  appendPairs(target.searchParams, query ?? {})
  return target.href
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function retryAfterMs(value: string, nowMs: number): number | undefined {
  const text = value.trim()
  const wait = /^\d+$/.test(text) ? Number(text) * 1_000 : /GMT$/.test(text) ? Date.parse(text) - nowMs : Number.NaN
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), MAX_RETRY_AFTER_MS)
}

function statusError({ status, headers }: HttpResponse, nowMs: number): NodeError {
  const wait = retryAfterMs(headers['retry-after'] ?? '', nowMs)
  return new NodeError('http_status', `The server answered ${status}.`, {
    retryable: status === 408 || status === 425 || status === 429 || status >= 500,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  })
}

/** The path in the key may hold any letters; a header may not. */
function headerSafe(key: string): string {
  return key.replace(/[^\x21-\x7e]/gu, encodeURIComponent)
}

/** Receivers take 256 characters without a dot, as a dot ends the id in what is signed. */
function messageId(key: string): string {
  const id = headerSafe(key).replaceAll('.', '%2E')
  return id.length <= MAX_MESSAGE_ID_LENGTH ? id : createHash('sha256').update(id).digest('hex')
}

function headersToSend(
  { method, headers = {}, body, credential }: HttpConfig,
  contentType: string | undefined,
  { idempotencyKey, ports }: NodeContext,
): Record<string, string> {
  let sent = { ...headers }
  // Without the boundary that is in ours, a multipart body can't be read.
  if (contentType && (body?.type === 'multipart' || !hasHeader(sent, 'content-type')))
    sent = withHeader(sent, 'Content-Type', contentType)
  if (!SAFE.includes(method) && !hasHeader(sent, 'idempotency-key'))
    sent['Idempotency-Key'] = headerSafe(idempotencyKey)
  if (credential === undefined) return sent
  const [name, value] = credentialHeader(ports.secrets().credential(credential, 'http'))
  const problem = headerProblem(name)
  if (problem) throw new NodeError('http_bad_request', problem, { path: 'credential' })
  return withHeader(sent, name, value)
}

export const httpNode = defineNode({
  type: 'http',
  title: 'HTTP request',
  summary: 'Calls a URL and gives its answer.',
  category: 'out',
  icon: 'world-upload',
  config,
  output: z.object({ status: z.int(), headers: z.record(z.string(), z.string()), body: jsonValue }),
  traits: {
    effect: 'external',
    // PATCH is the one method that is neither idempotent by definition nor commonly guarded by the key that is sent.
    afterCrash: ({ afterCrash, method }) =>
      afterCrash === 'fail' || afterCrash === 'retry' ? afterCrash : /^patch$/i.test(String(method)) ? 'fail' : 'retry',
  },
  strict: ['url', 'sign'],
  encode: ({ body }) => ({
    url: 'url',
    ...(isJsonObject(body) && body.type === 'xml' ? { 'body.value': 'xml' as const } : {}),
  }),
  async run(config, context) {
    const { method, url, query, body, sign, timeoutMs, firstByteTimeoutMs, maxResponseBytes, followRedirects } = config
    const encoded = encodeBody(body ?? { type: 'none' })
    const response = await context.ports.http.request(
      {
        method,
        url: targetUrl(url, query),
        headers: headersToSend(config, encoded.contentType, context),
        ...(encoded.body === undefined ? {} : { body: encoded.body }),
        ...(sign ? { sign: { id: messageId(context.idempotencyKey), secret: sign.secret } } : {}),
        timeoutMs,
        ...(firstByteTimeoutMs === undefined ? {} : { firstByteTimeoutMs }),
        maxBytes: maxResponseBytes,
        followRedirects,
      },
      context.signal,
    )
    if (config.failOnStatus && response.status >= 400) {
      const text = new TextDecoder().decode(response.body.subarray(0, 2_000))
      if (text !== '') context.log(`Body of the ${response.status} answer: ${text}`)
      throw statusError(response, context.ports.clock.now())
    }
    return {
      kind: 'done',
      output: { status: response.status, headers: response.headers, body: decodeBody(response, config.response) },
    }
  },
})
