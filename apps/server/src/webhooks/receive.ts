import type { AcceptedRequest } from '@ensue/db'
import { AppError, type JsonObject } from '@ensue/engine/core'
import type { Context } from 'hono'
import type { App } from '../context.ts'
import type { Start } from '../executions/runs.ts'
import { errorResponse, toErrorReply } from '../http/errors.ts'
import type { HttpEnv } from '../http/request-info.ts'
import { storableKey } from '../secrets/storable-key.ts'
import { answerReply, answerReport, OK } from './answer.ts'
import { type Arrival, arrivalOf, deliveryOf, maskedUrl } from './arrival.ts'
import { holdBody, releaseBody } from './body-budget.ts'
import type { DeliveryKey } from './dedupe.ts'
import { answerDuplicate } from './duplicate.ts'
import { type FoundWebhook, findWebhook } from './find-webhook.ts'
import { inflateBody } from './inflate-body.ts'
import type { LiveWebhook } from './live-webhook.ts'
import { parseBody } from './parse-body.ts'
import { checkDeclaredSize, readBody } from './read-body.ts'
import { Refusal } from './refusal.ts'
import type { WorkedOutReply } from './reply.ts'
import type { Accepted } from './signatures/verdict.ts'
import { contextOf, limitToDeclared } from './webhook-context.ts'

/** So much of the body is read of a request that nothing takes, so that the inbox can show it to the builder. */
const MAX_UNWANTED_BODY_BYTES = 65_536
const BODILESS = new Set(['GET', 'HEAD', 'DELETE'])

/** Takes one request through the ingress, in the order of the documentation. A step that refuses throws; the refusal is
 *  recorded in the inbox, and answered. */
export async function receive(app: App, c: Context<HttpEnv>, rest: string): Promise<Response> {
  const arrival = arrivalOf(app, c)
  const found = findWebhook(app, rest)
  try {
    if (found?.webhook) return await admit(app, c, { ...found, webhook: found.webhook }, arrival)
    // Unknown and disabled are answered alike, at the same moment.
    if (!BODILESS.has(arrival.method))
      arrival.body = await readBody(c, MAX_UNWANTED_BODY_BYTES).catch(() => arrival.body)
    throw new Refusal(
      found?.workflow.live ? 'disabled' : 'not_deployed',
      'not_found',
      'There is no webhook at this URL.',
    )
  } catch (error) {
    if (found) recordRefusal(app, arrival, found, error)
    return errorResponse(app, error, arrival.requestId)
  } finally {
    releaseBody(c)
  }
}

function recordRefusal(app: App, arrival: Arrival, { workflow, webhook }: FoundWebhook, error: unknown): void {
  const { status, items } = toErrorReply(error)
  const reason = error instanceof Refusal ? error.reason : (items[0]?.code ?? 'internal')
  app.deliveries.record({ workflowId: workflow.id, outcome: 'rejected', reason }, () => {
    const message = items.map((item) => (item.path ? `${item.path}: ${item.message}` : item.message)).join(' ')
    return deliveryOf(arrival, workflow.id, webhook?.secretPlaces ?? {}, 'rejected', { reason, message, status })
  })
}

async function admit(
  app: App,
  c: Context<HttpEnv>,
  { webhook, params }: FoundWebhook & { webhook: LiveWebhook },
  arrival: Arrival,
): Promise<Response> {
  const { method } = arrival
  if (method === 'OPTIONS')
    return new Response(null, { status: 204, headers: { Allow: webhook.allow, 'X-Request-Id': arrival.requestId } })
  const isTaken = webhook.methods.has(method)
  if (!isTaken && !webhook.handshakeMethods.includes(method)) throw methodRefused(webhook)
  const hasBody = !BODILESS.has(method)
  if (hasBody) checkDeclaredSize(arrival.headers['content-length'], webhook.maxBytes)
  webhook.checkAddress?.(arrival.ip)
  const authenticated = webhook.authenticate?.(arrival)
  if (authenticated) await authenticated
  if (hasBody) {
    const received = await readBody(c, webhook.maxBytes)
    // Signatures cover the bytes as the sender's application wrote them: before they were compressed for the way.
    const coding = arrival.headers['content-encoding']
    arrival.body = coding === undefined ? received : await inflateBody(received, coding, webhook.maxBytes)
    // Of the packed bytes nothing is needed any more.
    holdBody(c, arrival.body.length - received.length)
  }
  const verified = webhook.verify?.(arrival)
  if (verified && 'handshake' in verified) {
    const { status } = verified.handshake
    const workflowId = webhook.workflow.id
    app.deliveries.record({ workflowId, outcome: 'handshake', reason: null }, () =>
      deliveryOf(arrival, workflowId, webhook.secretPlaces, 'handshake', { status }),
    )
    return answerReply(verified.handshake, { executionId: null, requestId: arrival.requestId })
  }
  if (!isTaken) throw methodRefused(webhook)
  if (webhook.rateLimit) await webhook.rateLimit()
  const bytes = verified?.body ?? arrival.body
  const parsed = parseBody(bytes, arrival.headers['content-type'])
  const data = parsed instanceof Promise ? await parsed : parsed
  webhook.validate?.(data)
  const context = contextOf(arrival, definitionOf(webhook), webhook.secretPlaces, { data, params })
  const found = webhook.keyOf(arrival, context, verified)
  const known = found instanceof Promise ? await found : found
  const key = known === undefined ? undefined : storableKey(app, known)
  return webhook.sync
    ? runSync(app, webhook, arrival, context, key, verified?.wrapReply)
    : runAsync(app, webhook, arrival, context, key, verified?.wrapReply)
}

function methodRefused({ allow }: LiveWebhook): AppError {
  return new AppError('method_not_allowed', `This webhook takes ${allow}.`, { headers: { Allow: allow } })
}

const definitionOf = ({ workflow }: LiveWebhook) => workflow.live!.definition

/** An accepted request on its way into the database. */
function startOf(
  webhook: LiveWebhook,
  arrival: Arrival,
  whole: JsonObject,
  idempotencyKey: DeliveryKey,
  request: Omit<AcceptedRequest, 'path' | 'bodyBytes'> = {},
): Start {
  const context = limitToDeclared(whole, definitionOf(webhook))
  const { body } = arrival
  return {
    workflow: webhook.workflow,
    triggerType: 'webhook',
    context,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    delivery: {
      id: arrival.id,
      body: body.toString('base64'),
      request: {
        path: maskedUrl(arrival, webhook.secretPlaces),
        bodyBytes: body.length,
        // The inbox shows them all, though the run may see some only.
        ...(context === whole ? {} : { headers: whole.headers as JsonObject }),
        ...request,
      },
    },
  }
}

const FIXED_REPLY: WorkedOutReply = { ...OK, answer: null, problem: null }

async function runAsync(
  app: App,
  webhook: LiveWebhook,
  arrival: Arrival,
  context: JsonObject,
  key: DeliveryKey,
  wrapReply?: Accepted['wrapReply'],
): Promise<Response> {
  // Worked out first: what is answered is stored with the delivery.
  const { answer, problem, ...reply } = webhook.reply ? await webhook.reply(context) : FIXED_REPLY
  const start = startOf(webhook, arrival, context, key, {
    status: reply.status,
    durationMs: Date.now() - arrival.at,
    ...(problem === null ? {} : { message: problem }),
    ...(answer === null ? {} : { answer }),
  })
  const { executionId, created } = await app.runs.enqueue(start)
  if (!created)
    return answerDuplicate(app, webhook, arrival, key, wrapReply, () =>
      runAsync(app, webhook, arrival, context, key, wrapReply),
    )
  return answerReply(reply, { executionId, requestId: arrival.requestId, wrapReply })
}

async function runSync(
  app: App,
  webhook: LiveWebhook,
  arrival: Arrival,
  context: JsonObject,
  key: DeliveryKey,
  wrapReply?: Accepted['wrapReply'],
): Promise<Response> {
  const report = await app.runs.runDirect(startOf(webhook, arrival, context, key), webhook.deadlineMs)
  if (report.duplicate)
    return answerDuplicate(app, webhook, arrival, key, wrapReply, () =>
      runSync(app, webhook, arrival, context, key, wrapReply),
    )
  const response = answerReport(report, { requestId: arrival.requestId, wrapReply })
  // Whatever the run ends with, this was answered: the inbox says so.
  if (response.status === 202 && report.response === undefined)
    app.deliveries.answered(report.executionId, 202, Date.now() - arrival.at)
  return response
}
