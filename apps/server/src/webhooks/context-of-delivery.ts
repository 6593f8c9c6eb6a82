import type { Delivery } from '@ensue/db'
import type { Definition } from '@ensue/engine'
import type { JsonObject } from '@ensue/engine/core'
import type { Arrival } from './arrival.ts'
import { matchPath } from './find-webhook.ts'
import { parseBody } from './parse-body.ts'
import { contextOf, limitToDeclared } from './webhook-context.ts'

/** The context that a delivery of the inbox would start its workflow with: what was secret in the request stays masked.
 *  @throws AppError invalid_input the body can't be read */
export async function contextOfDelivery(delivery: Delivery, definition: Definition): Promise<JsonObject> {
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
  const data = await parseBody(body, headers['content-type'])
  return limitToDeclared(contextOf(arrival, definition, {}, { data, params }), definition)
}
