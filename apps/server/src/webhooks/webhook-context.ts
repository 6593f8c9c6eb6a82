import {
  type Definition,
  type Json,
  type JsonObject,
  parseVariablePath,
  pickDeclared,
  type WebhookVariables,
  webhookTrigger,
} from '@ensue/engine'
import { toStorableText } from '@ensue/engine/core'
import { type Arrival, maskedHeaders, maskedUrl, type SecretPlaces } from './arrival.ts'
import { parseForm } from './parse/form.ts'
import { tryDecodeUtf8 } from './parse/text.ts'

type Steps = NonNullable<ReturnType<typeof parseVariablePath>>

/** What a definition wants of a request; worked out once for each. */
interface ContextPlan {
  readsRawBody: boolean
  declared: { headers: readonly string[]; query: Steps[]; body: Steps[] } | undefined
}

const plans = new WeakMap<Definition, ContextPlan>()

export interface RequestParts {
  data: Json
  /** Of the webhook's own path. */
  params: Record<string, string>
}

/** What workflows see of a request, with what is secret in it masked. The context is stored with every execution, so
 *  `rawBody`, which says the same as `data`, is there only when the definition reads it; the inbox always has it.
 *  @throws AppError invalid_input a query with too many parameters or levels */
export function contextOf(
  arrival: Arrival,
  definition: Definition,
  places: SecretPlaces,
  { data, params }: RequestParts,
): JsonObject {
  return {
    data,
    headers: maskedHeaders(arrival, places),
    query: queryOf(arrival, places),
    params,
    method: arrival.method,
    ip: arrival.ip,
    deliveryId: arrival.id,
    requestId: arrival.requestId,
    ...(planOf(definition).readsRawBody ? { rawBody: rawBodyOf(arrival) } : {}),
  }
}

/** The context as it enters the run: with `onlyDeclared`, body, query and headers hold declared variables and nothing else. */
export function limitToDeclared(context: JsonObject, definition: Definition): JsonObject {
  const { declared } = planOf(definition)
  if (!declared) return context
  const { rawBody: _, ...rest } = context
  const headers = context.headers as JsonObject
  const names = declared.headers.filter((name) => Object.hasOwn(headers, name))
  return {
    ...rest,
    data: pickDeclared(context.data!, declared.body) ?? null,
    query: pickDeclared(context.query!, declared.query) ?? {},
    headers: Object.fromEntries(names.map((name) => [name, headers[name]!])),
  }
}

function planOf(definition: Definition): ContextPlan {
  let plan = plans.get(definition)
  if (!plan) {
    plan = createPlan(definition)
    plans.set(definition, plan)
  }
  return plan
}

/** Named, or the whole context taken: a few definitions too many, but never one too few. */
const RAW_BODY = /rawBody|\$context(?!\s*\.\s*[A-Za-z_`])/

function createPlan(definition: Definition): ContextPlan {
  const { onlyDeclared, variables } = definition.trigger.config
  const {
    headers = [],
    query = [],
    body = [],
  }: WebhookVariables = onlyDeclared === true
    ? (webhookTrigger.config.safeParse({ variables }).data?.variables ?? {})
    : {}
  const stepsOf = (list: typeof body) =>
    list.flatMap(({ path }) => {
      const steps = parseVariablePath(path)
      return steps ? [steps] : []
    })
  return {
    readsRawBody: onlyDeclared !== true && RAW_BODY.test(JSON.stringify(definition)),
    declared: onlyDeclared === true ? { headers, query: stepsOf(query), body: stepsOf(body) } : undefined,
  }
}

function queryOf(arrival: Arrival, places: SecretPlaces): JsonObject {
  const mark = arrival.url.indexOf('?')
  return mark < 0 ? {} : parseForm(maskedUrl(arrival, places).slice(mark + 1))
}

/** The body as text, base64 when it is none. */
function rawBodyOf({ body }: Arrival): string {
  const text = tryDecodeUtf8(body)
  return text === undefined ? body.toString('base64') : toStorableText(text)
}
