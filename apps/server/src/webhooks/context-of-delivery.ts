import type { Delivery } from '@ensue/db'
import { type Definition, webhookTrigger } from '@ensue/engine'
import { AppError, type JsonObject } from '@ensue/engine/core'
import type { App } from '../context.ts'
import type { Arrival } from './arrival.ts'
import { matchPath } from './find-webhook.ts'
import { guardsOf } from './guards.ts'
import { parseBody } from './parse-body.ts'
import { Refusal } from './refusal.ts'
import { contextOf, limitToDeclared } from './webhook-context.ts'

/** The context that a delivery of the inbox would start its workflow with: what was secret in the request stays masked.
 *  @throws AppError invalid_input the body can't be read, conflict it can't be decrypted any more */
export async function contextOfDelivery(app: App, delivery: Delivery, definition: Definition): Promise<JsonObject> {
  const { id, method, path, ip, at, body } = delivery
  const headers = delivery.headers as Record<string, string>
  const [pathname = '', search = ''] = path.split('?', 2)
  const arrival: Arrival = {
    id,
    requestId: id,
    at: Date.parse(at),
    method,
    url: path,
    headers,
    distinct: () => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    query: () => new URLSearchParams(search),
    ip,
    body,
  }
  const { path: own } = definition.trigger.config
  const rest = pathname.replace(/^\/api\/webhook(?:s|:trigger)\//, '')
  const params = typeof own !== 'string' ? {} : (matchPath(own.slice(1).split('/'), rest.split('/')) ?? {})
  const data = await parseBody(contentOf(app, arrival, definition), headers['content-type'])
  return limitToDeclared(contextOf(arrival, definition, {}, { data, params }), definition)
}

/** An encrypted message is kept as it came: it is opened with the secrets of now, at the time of then. */
function contentOf(app: App, arrival: Arrival, { trigger }: Definition): Buffer {
  const { signature } = webhookTrigger.config.safeParse({ signature: trigger.config.signature }).data ?? {}
  if (!signature || !('encodingAesKey' in signature) || signature.encodingAesKey === undefined) return arrival.body
  try {
    const verdict = guardsOf(app, undefined, signature).verify?.(arrival)
    if (verdict && 'body' in verdict && verdict.body) return verdict.body
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
  throw new AppError('conflict', 'The message can’t be decrypted with the secrets that the webhook has now.')
}
