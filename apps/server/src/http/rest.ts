import { AppError } from '@ensue/engine/core'
import type { Context } from 'hono'
import { performAction } from '../actions/perform-action.ts'
import { SYSTEM_NOUNS } from '../collections/system-nouns.ts'
import type { App } from '../context.ts'
import { authenticate } from './auth.ts'
import { answerProcedure, sendProcedure } from './procedures.ts'
import { readJson } from './read-json.ts'
import { readActionCall } from './record-request.ts'
import type { HttpEnv } from './request-info.ts'

/** `/api/…`: procedures of the system nouns, and record actions on everything else. */
export async function answerRest(app: App, c: Context<HttpEnv>): Promise<Response> {
  c.header('Cache-Control', 'no-store')
  const [first = '', ...rest] = segmentsOf(c.req.path)
  const [name, verb] = splitOnce(first)
  if (name === '') throw new AppError('not_found', 'Name a collection: /api/<collection>.')
  if (!SYSTEM_NOUNS.has(name)) return answerAction(app, c, name, verb, rest)
  if (name === 'workflows' && verb === 'trigger') return answerAction(app, c, null, verb, rest)
  if (name === 'events' && verb === undefined && rest.length === 1 && c.req.method === 'POST')
    return emitEvent(app, c, rest[0]!)
  if (rest.length > 1) throw new AppError('not_found', 'There is nothing at this path.')
  return answerProcedure(app, c, { noun: name, verb, id: rest[0] })
}

async function answerAction(
  app: App,
  c: Context<HttpEnv>,
  collection: string | null,
  verb: string | undefined,
  rest: string[],
): Promise<Response> {
  const caller = await authenticate(app, c)
  const call = await readActionCall(c, app.config.maxBodyBytes, collection, verb, rest)
  return c.json(await performAction(app, caller, call))
}

/** `POST /api/events/<name>`: the body is the parameters, the options of `events.emit` stand in the query; the idempotency key
 *  may also be the header `Idempotency-Key`. */
async function emitEvent(app: App, c: Context<HttpEnv>, name: string): Promise<Response> {
  const { idempotencyKey = c.req.header('idempotency-key'), delayMs, orderingKey } = c.req.query()
  const params = (await readJson(c, app.config.maxBodyBytes)) ?? {}
  return sendProcedure(app, c, 'events', 'emit', {
    name,
    params,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(delayMs === undefined ? {} : { delayMs: Number(delayMs) }),
    ...(orderingKey === undefined ? {} : { orderingKey }),
  })
}

function segmentsOf(path: string): string[] {
  const segments = path.slice('/api/'.length).split('/')
  if (segments.at(-1) === '') segments.pop()
  if (!path.includes('%')) return segments
  try {
    return segments.map(decodeURIComponent)
  } catch {
    throw new AppError('invalid_input', 'The path is not valid percent-encoded UTF-8.')
  }
}

/** `posts:create` → `posts`, `create`. */
function splitOnce(segment: string): [string, string | undefined] {
  const at = segment.indexOf(':')
  return at === -1 ? [segment, undefined] : [segment.slice(0, at), segment.slice(at + 1)]
}
