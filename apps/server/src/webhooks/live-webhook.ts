import { type Json, type JsonObject, type SignatureConfig, type WebhookAuth, webhookTrigger } from '@ensue/engine'
import type { App } from '../context.ts'
import { checkJsonSchema } from '../http/json-schema.ts'
import type { LiveWorkflow } from '../registry.ts'
import { compileAllowlist } from './address-allowlist.ts'
import type { Arrival, SecretPlaces } from './arrival.ts'
import { createDedupe, DEFAULT_DEDUPE_WINDOW_MS, type DeliveryKey } from './dedupe.ts'
import { type Guards, guardsOf } from './guards.ts'
import { createRateLimit } from './rate-limit.ts'
import { Refusal } from './refusal.ts'
import { createReply, type WorkedOutReply } from './reply.ts'
import type { Accepted } from './signatures/verdict.ts'

/** What the ingress needs of a live webhook, worked out once. A step is absent where the config asks for none. */
export interface LiveWebhook extends Guards {
  workflow: LiveWorkflow
  sync: boolean
  /** Of its own, with parameters. */
  path: string | undefined
  methods: ReadonlySet<string>
  /** Value of the `Allow` header. */
  allow: string
  maxBytes: number
  deadlineMs: number
  dedupeWindowMs: number
  secretPlaces: SecretPlaces
  /** @throws Refusal */
  checkAddress?(ip: string | null): void
  /** @throws Refusal */
  rateLimit?(): Promise<void>
  /** @throws AppError schema_invalid */
  validate?(data: Json): void
  keyOf(arrival: Arrival, context: JsonObject, accepted: Accepted | undefined): DeliveryKey | Promise<DeliveryKey>
  /** What an async webhook answers; absent: 200 and "ok". */
  reply?(context: JsonObject): Promise<WorkedOutReply>
}

const webhooks = new WeakMap<LiveWorkflow, LiveWebhook | null>()

/** @returns undefined when the workflow is no webhook that is live and enabled */
export function liveWebhook(app: App, workflow: LiveWorkflow): LiveWebhook | undefined {
  let webhook = webhooks.get(workflow)
  if (webhook === undefined) {
    webhook = create(app, workflow)
    webhooks.set(workflow, webhook)
  }
  return webhook ?? undefined
}

function create(app: App, workflow: LiveWorkflow): LiveWebhook | null {
  const definition = workflow.live?.definition
  if (!workflow.enabled || definition?.trigger.type !== 'webhook') return null
  // The reply holds expressions: it is read when they are resolved.
  const { reply, ...rest } = definition.trigger.config
  const read = webhookTrigger.config.safeParse(rest)
  if (!read.success) {
    app.log.error(
      { workflow: workflow.key, problems: read.error.issues },
      'a webhook can’t be used: its config is invalid',
    )
    return null
  }
  const config = read.data
  const methods = new Set<string>(config.methods)
  if (methods.has('GET')) methods.add('HEAD')
  const { auth, dedupe, ipAllowlist, rateLimit, schema, signature } = config
  return {
    workflow,
    sync: definition.sync,
    path: config.path,
    methods,
    allow: [...methods].join(', '),
    maxBytes: config.maxBytes,
    deadlineMs: config.deadlineMs,
    dedupeWindowMs: dedupe ? dedupe.windowMs : DEFAULT_DEDUPE_WINDOW_MS,
    secretPlaces: secretPlacesOf(auth, signature),
    ...(ipAllowlist && ipAllowlist.length > 0 ? { checkAddress: createAddressCheck(ipAllowlist) } : {}),
    ...guardsOf(app, auth, signature),
    ...(rateLimit ? { rateLimit: createRateLimit(app.client, workflow.id, rateLimit) } : {}),
    ...(schema ? { validate: (data) => checkJsonSchema(schema, data, 'body') } : {}),
    keyOf: createDedupe(dedupe),
    ...(reply ? { reply: createReply(app, reply as JsonObject) } : {}),
  }
}

function secretPlacesOf(auth: WebhookAuth | undefined, signature: SignatureConfig | undefined): SecretPlaces {
  const headers = [
    ...(auth?.type === 'bearer' && auth.header !== undefined ? [auth.header.toLowerCase()] : []),
    ...(signature?.preset === 'hmac' ? [signature.header.toLowerCase()] : []),
    ...(signature?.preset === 'dingtalk' ? ['sign'] : []),
  ]
  return {
    ...(headers.length > 0 ? { headers } : {}),
    ...(auth?.type === 'query' ? { queryParameter: auth.name } : {}),
    ...(signature?.preset === 'meta' ? { queryParameter: 'hub.verify_token' } : {}),
  }
}

function createAddressCheck(entries: readonly string[]): (ip: string | null) => void {
  const allows = compileAllowlist(entries)
  return (ip) => {
    if (!allows(ip)) throw new Refusal('address_not_allowed', 'forbidden', 'Requests from your address are not taken.')
  }
}
