import { AppError, type JsonObject } from '@ensue/engine/core'
import type { AnyProcedure } from '@trpc/server'
import type { Context } from 'hono'
import { z } from 'zod'
import type { App } from '../context.ts'
import { appRouter } from '../router.ts'
import { createCallerFactory } from '../trpc.ts'
import { parseJson, readJson } from './read-json.ts'
import type { HttpEnv } from './request-info.ts'
import { createTrpcContext } from './trpc-context.ts'

type Call = (input: unknown) => Promise<unknown>

const nouns = appRouter._def.record as unknown as Record<string, Record<string, AnyProcedure> | undefined>
const createCaller = createCallerFactory(appRouter)

export interface ProcedurePath {
  noun: string
  /** Absent in `/api/<noun>` and `/api/<noun>/<id>`. */
  verb: string | undefined
  id: string | undefined
}

/** `POST /api/<noun>:<verb>`: any procedure, with the JSON input that tRPC takes.
 *  Queries may also be read by GET, with `?input=<JSON>` or one parameter per member of the input.
 *  @throws AppError not_found, method_not_allowed, and what the procedure throws */
export async function answerProcedure(app: App, c: Context<HttpEnv>, path: ProcedurePath): Promise<Response> {
  const verb = path.verb ?? (path.id === undefined ? 'list' : 'get')
  const procedures = Object.hasOwn(nouns, path.noun) ? nouns[path.noun] : undefined
  const procedure = procedures && Object.hasOwn(procedures, verb) ? procedures[verb] : undefined
  if (!procedure || procedure._def.type === 'subscription')
    throw new AppError('not_found', `There is no "${path.noun}:${verb}".`)
  const { method } = c.req
  const allowed = procedure._def.type === 'query' ? ['GET', 'POST'] : ['POST']
  if (!allowed.includes(method === 'HEAD' ? 'GET' : method)) throw methodNotAllowed(allowed)

  const schema = inputSchema(procedure)
  const given = method === 'POST' ? await readJson(c, app.config.maxBodyBytes) : queryInput(c, schema)
  return sendProcedure(app, c, path.noun, verb, withId(schema, given, path.id))
}

/** Calls a procedure and answers with its output as the REST body. */
export async function sendProcedure(
  app: App,
  c: Context<HttpEnv>,
  noun: string,
  verb: string,
  input: unknown,
): Promise<Response> {
  const context = createTrpcContext(app, c)
  const caller = createCaller(context) as unknown as Record<string, Record<string, Call>>
  const output = await caller[noun]![verb]!(input)
  for (const [name, value] of context.replyHeaders) c.header(name, value, { append: true })
  if (noun === 'executions' && verb === 'get' && isUnfinished(output)) c.header('Retry-After', '1')
  return c.json(isEnvelope(output) ? output : { data: output ?? null })
}

export function methodNotAllowed(allowed: readonly string[]): AppError {
  const list = allowed.join(', ')
  return new AppError('method_not_allowed', `Use ${list} here.`, { headers: { allow: list } })
}

const ENVELOPE_KEYS = new Set(['data', 'meta', 'triggered'])

/** Lists and record actions come with their `{ data, meta?, triggered? }`; anything else is the data itself. */
function isEnvelope(output: unknown): output is object {
  if (typeof output !== 'object' || output === null || !('data' in output)) return false
  return Object.keys(output).every((key) => ENVELOPE_KEYS.has(key))
}

function isUnfinished(output: unknown): boolean {
  const status = typeof output === 'object' && output !== null && 'status' in output ? output.status : undefined
  return status === 'queued' || status === 'running' || status === 'waiting'
}

function inputSchema(procedure: AnyProcedure): z.ZodObject | undefined {
  const { inputs } = procedure._def as unknown as { inputs?: unknown[] }
  let [schema] = inputs ?? []
  while (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) schema = schema.unwrap()
  return schema instanceof z.ZodObject ? schema : undefined
}

const ID_MEMBERS = ['id', 'key', 'name', 'collection', 'workflow']

function withId(schema: z.ZodObject | undefined, given: unknown, id: string | undefined): unknown {
  if (!schema) return given
  const input = given ?? {}
  if (id === undefined) return input
  const member = ID_MEMBERS.find((name) => name in schema.shape)
  if (member === undefined) throw new AppError('not_found', 'This call takes no id in the path.')
  if (typeof input !== 'object' || Array.isArray(input)) return input
  return { ...input, [member]: id }
}

function queryInput(c: Context<HttpEnv>, schema: z.ZodObject | undefined): unknown {
  const { input, token: _, ...rest } = c.req.query()
  if (input !== undefined) return parseJson(input, 'The parameter "input"', 'input')
  if (!schema) return undefined
  const values: JsonObject = {}
  for (const [name, text] of Object.entries(rest))
    if (Object.hasOwn(schema.shape, name)) values[name] = fromText(schema.shape[name] as z.ZodType, text)
  return values
}

/** A query parameter as the member's schema wants it; what does not fit stays text for the schema to refuse. */
function fromText(schema: z.ZodType, text: string): string | number | boolean {
  let inner: unknown = schema
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodNullable)
    inner = inner.unwrap()
  if (inner instanceof z.ZodNumber && /^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  if (inner instanceof z.ZodBoolean && /^(true|false)$/.test(text)) return text === 'true'
  return text
}
