import { type HttpReply, toJson } from '@ensue/engine'
import { AppError, type Json, type JsonObject } from '@ensue/engine/core'
import { type Context, Hono } from 'hono'
import type { App } from '../context.ts'
import type { RunReport, Start } from '../executions/runs.ts'
import type { HttpEnv } from '../http/request-info.ts'
import { clientIp, requestIdOf } from '../http/request-info.ts'
import { type LiveWebhook, liveWebhook } from './live-webhook.ts'
import { parseBody } from './parse-body.ts'
import { readBody } from './read-body.ts'

/** A reply is never run by a browser, whatever it holds. */
const OURS = { 'X-Content-Type-Options': 'nosniff' }

/** Both URLs of every webhook. Each step that refuses answers by throwing; the order is that of the documentation. */
export function webhookRoutes(app: App): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const answer = (c: Context<HttpEnv>) => {
    c.set(
      'requestId',
      requestIdOf(c.env?.incoming?.headers['x-request-id']?.toString() ?? c.req.header('x-request-id')),
    )
    return receive(app, c)
  }
  routes.all('/api/webhooks/:key', answer)
  routes.all('/api/:verb{webhook:trigger}/:key', answer)
  return routes
}

async function receive(app: App, c: Context<HttpEnv>): Promise<Response> {
  const webhook = liveWebhook(app.registry.current().workflows.get(c.req.param('key') ?? ''))
  // One answer for unknown and disabled ones: it tells nothing about what exists.
  if (!webhook) throw new AppError('not_found', 'There is no webhook at this URL.')
  const { method } = c.req
  if (method === 'OPTIONS') return new Response(null, { status: 204, headers: { Allow: webhook.allow } })
  if (!webhook.methods.has(method))
    throw new AppError('method_not_allowed', `This webhook takes ${webhook.allow}.`, {
      headers: { Allow: webhook.allow },
    })
  const headers = headersOf(c)
  if (!webhook.authorized(headers.authorization))
    throw new AppError('unauthorized', 'The user name or the password is wrong or missing.', {
      headers: { 'WWW-Authenticate': 'Basic realm="webhook", charset="UTF-8"' },
    })
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity')
    throw new AppError('unsupported_media_type', 'Send the body without a content encoding.')
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const bytes = hasBody ? await readBody(c, app.config.maxBodyBytes) : Buffer.alloc(0)
  const data = parseBody(bytes, headers['content-type'])
  const context = contextOf(app, c, headers, data)
  const start = { workflow: webhook.workflow, triggerType: 'webhook', context }
  const requestId = c.get('requestId')
  return webhook.sync
    ? answerSync(await app.runs.runDirect(start, app.config.syncDeadlineMs), requestId)
    : answerAsync(app, webhook, start, requestId)
}

/** A copy of the request's headers, names in lower case. A repeated Authorization is none at all: which one counts would be a guess. */
function headersOf(c: Context<HttpEnv>): Record<string, string> {
  const { incoming } = c.env ?? {}
  if (!incoming) return c.req.header()
  const headers = { ...incoming.headers } as Record<string, string>
  if (headers.authorization !== undefined && (incoming.headersDistinct.authorization?.length ?? 0) > 1)
    delete headers.authorization
  if (Array.isArray(headers['set-cookie'])) delete headers['set-cookie']
  return headers
}

function contextOf(app: App, c: Context<HttpEnv>, headers: Record<string, string>, data: Json): JsonObject {
  for (const secret of ['authorization', 'cookie', 'proxy-authorization'])
    if (headers[secret] !== undefined) headers[secret] = '[masked]'
  const url = c.req.url
  return {
    data,
    headers,
    query: url.includes('?') ? (toJson(queryOf(c)) as JsonObject) : {},
    params: {},
    method: c.req.method,
    ip: clientIp(c, app.config.trustProxyHops),
    requestId: c.get('requestId'),
  }
}

function queryOf(c: Context): JsonObject {
  const entries = Object.entries(c.req.queries()).map(
    ([name, values]) => [name, values.length === 1 ? values[0]! : values] as const,
  )
  return Object.fromEntries(entries)
}

async function answerAsync(app: App, webhook: LiveWebhook, start: Start, requestId: string): Promise<Response> {
  // Worked out first: a reply that can't be made must not leave an execution behind.
  const reply = await webhook.reply(start.context)
  const { executionId } = await app.runs.enqueue(start)
  return toResponse(reply, executionId, requestId)
}

function answerSync(report: RunReport, requestId: string): Response {
  const { executionId, status, response, error } = report
  if (response) return toResponse(response, executionId, requestId)
  if (status === 'succeeded') return json(200, { executionId, status }, executionId, requestId)
  if (status === 'failed' || status === 'canceled') {
    const message = `The workflow ${status === 'failed' ? 'failed' : 'was canceled'}${error?.node ? ` at the node "${error.node}"` : ''}.`
    return json(500, { errors: [{ code: 'workflow_failed', message }], executionId, requestId }, executionId, requestId)
  }
  return json(202, { executionId, status }, executionId, requestId, {
    Location: `/api/executions/${executionId}`,
    'Retry-After': '1',
  })
}

function json(
  status: number,
  body: JsonObject,
  executionId: string,
  requestId: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'Content-Type': 'application/json',
      ...OURS,
      'Ensue-Execution-Id': executionId,
      'X-Request-Id': requestId,
      ...headers,
    },
  })
}

/** A workflow's reply. Text is text/plain unless the workflow says otherwise; nothing a browser would run. */
function toResponse({ status, headers, body, base64 }: HttpReply, executionId: string, requestId: string): Response {
  const text = typeof body === 'string'
  const type = text ? 'text/plain; charset=utf-8' : 'application/json'
  const given = Object.keys(headers).length === 0 ? undefined : headers
  const empty = status === 204 || status === 205 || status === 304
  return new Response(empty ? null : text ? (base64 ? Buffer.from(body, 'base64') : body) : JSON.stringify(body), {
    status,
    headers: {
      ...OURS,
      'Ensue-Execution-Id': executionId,
      'X-Request-Id': requestId,
      ...(given && Object.keys(given).some((name) => name.toLowerCase() === 'content-type')
        ? {}
        : { 'Content-Type': type }),
      ...(given ? { 'Content-Security-Policy': 'sandbox', ...given } : {}),
    },
  })
}
