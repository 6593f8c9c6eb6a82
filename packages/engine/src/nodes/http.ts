import { z } from 'zod'
import { NodeError } from '../core/errors.ts'
import type { JsonObject } from '../core/json.ts'
import type { HttpResponse } from '../ports.ts'
import { jsonValue, textField } from './config-fields.ts'
import { defineNode } from './define-node.ts'
import { appendPairs, bodySchema, decodeBody, encodeBody } from './http-body.ts'
import { hasHeader, headersField } from './http-headers.ts'

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const SAFE = ['GET', 'HEAD', 'OPTIONS']
const MAX_RESPONSE_BYTES = 5_242_880

const config = z
  .strictObject({
    method: z
      .preprocess((value) => (typeof value === 'string' ? value.toUpperCase() : value), z.enum(METHODS))
      .default('GET')
      .meta({ title: 'Method', widget: 'select' }),
    url: textField(
      { title: 'URL', placeholder: 'https://api.example.com/orders', secret: true },
      z.string().min(1).max(8_192),
    ),
    query: z.record(z.string(), jsonValue).optional().meta({ title: 'Query', widget: 'keyValue', secret: true }),
    headers: headersField([], { secret: true }),
    body: bodySchema.optional().meta({ title: 'Body' }),
    timeoutMs: z.int().min(1).max(300_000).default(5_000).meta({ title: 'Timeout', widget: 'duration' }),
    response: z
      .enum(['auto', 'json', 'text', 'base64'])
      .default('auto')
      .meta({ title: 'Read the response as', widget: 'select' }),
    failOnStatus: z
      .boolean()
      .default(true)
      .meta({ title: 'Fail on error status', description: 'A status of 400 and above fails the node.' }),
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

function targetUrl(url: string, query: JsonObject | undefined): string {
  const target = URL.parse(url)
  if (!target || !['http:', 'https:'].includes(target.protocol))
    throw new NodeError('http_bad_url', 'The URL is not a valid http or https address.', { path: 'url' })
  appendPairs(target.searchParams, query ?? {})
  return target.href
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined
  const wait = /^\d+$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - nowMs
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined
}

function statusError({ status, headers }: HttpResponse, nowMs: number): NodeError {
  const wait = retryAfterMs(headers['retry-after'], nowMs)
  return new NodeError('http_status', `The server answered ${status}.`, {
    retryable: status === 408 || status === 425 || status === 429 || status >= 500,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  })
}

/** The path in the key may hold any letters; a header may not. */
function headerSafe(key: string): string {
  return key.replace(/[^\x21-\x7e]/gu, encodeURIComponent)
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
  strict: ['url'],
  async run({ method, url, query, headers = {}, body, timeoutMs, response: mode, failOnStatus }, context) {
    const encoded = encodeBody(body ?? { type: 'none' })
    const sent = { ...headers }
    if (encoded.contentType && !hasHeader(sent, 'content-type')) sent['Content-Type'] = encoded.contentType
    if (!SAFE.includes(method) && !hasHeader(sent, 'idempotency-key'))
      sent['Idempotency-Key'] = headerSafe(context.idempotencyKey)
    const response = await context.ports.http.request(
      {
        method,
        url: targetUrl(url, query),
        headers: sent,
        ...(encoded.body !== undefined ? { body: encoded.body } : {}),
        timeoutMs,
        maxBytes: MAX_RESPONSE_BYTES,
      },
      context.signal,
    )
    if (failOnStatus && response.status >= 400) {
      const text = new TextDecoder().decode(response.body.subarray(0, 2_000))
      if (text !== '') context.log(`Body of the ${response.status} answer: ${text}`)
      throw statusError(response, context.ports.clock.now())
    }
    return {
      kind: 'done',
      output: { status: response.status, headers: response.headers, body: decodeBody(response, mode) },
    }
  },
})
