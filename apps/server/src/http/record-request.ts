import { AppError, isStorableText, type Json, type JsonObject } from '@ensue/engine/core'
import type { Context } from 'hono'
import { z } from 'zod'
import { ACTIONS, type ActionCall, type ActionName, idempotencyKeySchema, isReadAction } from '../actions/action.ts'
import { methodNotAllowed } from './procedures.ts'
import { parseJson, readJson } from './read-json.ts'
import type { HttpEnv } from './request-info.ts'

const commaList = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)
const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1')
const positive = z.coerce.number().int().min(1)

const querySchema = z.object({
  sort: commaList.optional(),
  fields: commaList.optional(),
  except: commaList.optional(),
  appends: commaList.optional(),
  keys: commaList.optional(),
  groupBy: commaList.optional(),
  ids: commaList.optional(),
  page: positive.max(1_000_000_000).optional(),
  pageSize: positive.max(1_000).optional(),
  after: z.string().max(4_096).optional(),
  triggerWorkflows: z.string().max(4_096).optional(),
  onInvalidTrigger: z.enum(['refuse', 'ignore']).optional(),
  failOnWorkflow: flag.optional(),
  idempotencyKey: idempotencyKeySchema.optional(),
})

interface Target {
  action: ActionName
  id?: string
  association?: string
}

/** Reads a record action from a request: path and method say which, the query how, the body with what values.
 *  @throws AppError not_found, method_not_allowed, invalid_input naming the parameter */
export async function readActionCall(
  c: Context<HttpEnv>,
  maxBytes: number,
  collection: string | null,
  verb: string | undefined,
  rest: string[],
): Promise<ActionCall> {
  const target = targetOf(c.req.method, verb, rest)
  const query = c.req.query()
  const idempotencyKey = c.req.header('idempotency-key')
  if (idempotencyKey !== undefined && !isReadAction(target.action)) query.idempotencyKey ??= idempotencyKey
  const body = c.req.method === 'GET' || c.req.method === 'HEAD' ? undefined : await readJson(c, maxBytes)
  return { collection, ...target, ...readQuery(query, target.action), ...readBody(target.action, body) }
}

const PLAIN_COLLECTION: Record<string, ActionName> = {
  GET: 'list',
  HEAD: 'list',
  POST: 'create',
  PATCH: 'update',
  PUT: 'update',
  DELETE: 'destroy',
}
const PLAIN_RECORD: Record<string, ActionName> = {
  GET: 'get',
  HEAD: 'get',
  PATCH: 'update',
  PUT: 'update',
  DELETE: 'destroy',
}
const PLAIN_ASSOCIATION: Record<string, ActionName> = { GET: 'list', HEAD: 'list', POST: 'create' }
const ASSOCIATION_ACTIONS: readonly ActionName[] = ['list', 'create', 'add', 'set', 'remove']

function targetOf(method: string, verb: string | undefined, rest: string[]): Target {
  const [id, association] = rest
  if (rest.length > 2 || (verb !== undefined && rest.length > 1)) throw nothingHere()
  if (association !== undefined) {
    const [name = '', action] = association.split(':')
    return { action: actionOf(method, action, PLAIN_ASSOCIATION, ASSOCIATION_ACTIONS), id: id!, association: name }
  }
  const plain = id === undefined ? PLAIN_COLLECTION : PLAIN_RECORD
  return { action: actionOf(method, verb, plain, ACTIONS), ...(id === undefined ? {} : { id }) }
}

function actionOf(
  method: string,
  verb: string | undefined,
  plain: Record<string, ActionName>,
  known: readonly ActionName[],
): ActionName {
  if (verb === undefined) {
    const action = plain[method]
    if (!action) throw methodNotAllowed(Object.keys(plain))
    return action
  }
  const action = known.find((name) => name === verb)
  if (!action) throw new AppError('not_found', `There is no action "${verb}" here.`)
  const allowed = isReadAction(action) ? ['GET', 'HEAD', 'POST'] : ['POST']
  if (!allowed.includes(method)) throw methodNotAllowed(allowed)
  return action
}

function nothingHere(): AppError {
  return new AppError('not_found', 'There is nothing at this path.')
}

function readQuery(query: Record<string, string>, action: ActionName): Partial<ActionCall> {
  for (const name in query)
    if (!isStorableText(query[name]!))
      throw new AppError('invalid_input', 'The parameter holds U+0000 or half of a surrogate pair.', { path: name })
  const { filter, values } = query
  const call: Partial<ActionCall> = hasOptions(query) ? querySchema.parse(query) : {}
  if (filter !== undefined) call.filter = parseObject(filter, 'filter')
  if (values !== undefined && action === 'aggregate') call.values = parseObject(values, 'values')
  return call
}

function hasOptions(query: Record<string, string>): boolean {
  for (const _ in query) return true
  return false
}

function parseObject(text: string, name: string): JsonObject {
  return asObject(parseJson(text, `The parameter "${name}"`, name), name, `The parameter "${name}"`)
}

function asObject(value: Json, path: string | undefined, subject: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new AppError('invalid_input', `${subject} must be a JSON object.`, path === undefined ? {} : { path })
}

const readBodySchema = z.object({
  filter: z.custom<JsonObject>().optional(),
  sort: z.array(z.string()).optional(),
  fields: z.array(z.string()).optional(),
  except: z.array(z.string()).optional(),
  appends: z.array(z.string()).optional(),
  page: positive.optional(),
  pageSize: positive.max(1_000).optional(),
  after: z.string().optional(),
  values: z.custom<JsonObject>().optional(),
  groupBy: z.array(z.string()).optional(),
})
const idList = z.array(z.union([z.string(), z.int()])).max(1_000)
const destroyBodySchema = z.object({ ids: idList.optional(), filter: z.custom<JsonObject>().optional() })

/** What the body means is up to the action: values of records, ids of related ones, or the options of a long query. */
function readBody(action: ActionName, body: Json | undefined): Partial<ActionCall> {
  if (isReadAction(action)) return body === undefined ? {} : readBodySchema.parse(body)
  if (action === 'destroy') return body === undefined ? {} : destroyBodySchema.parse(body)
  if (body === undefined) return {}
  if (action === 'add' || action === 'set' || action === 'remove')
    return { values: Array.isArray(body) ? body : [body] }
  if (action === 'create' && Array.isArray(body))
    return { values: body.map((item, index) => asObject(item, String(index), 'Each record')) }
  return { values: asObject(body, undefined, 'The body') }
}
