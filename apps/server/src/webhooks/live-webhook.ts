import type { HttpReply } from '@ensue/engine'
import { compileTemplate, type JsonObject, type Roots, resolveTemplate, webhookTrigger } from '@ensue/engine'
import type { LiveWorkflow } from '../registry.ts'
import { createBasicAuth } from './basic-auth.ts'

/** What the ingress needs of a live webhook, worked out once. */
export interface LiveWebhook {
  workflow: LiveWorkflow
  sync: boolean
  methods: ReadonlySet<string>
  /** Value of the `Allow` header. */
  allow: string
  authorized(header: string | undefined): boolean
  /** What an async webhook answers. */
  reply(context: JsonObject): HttpReply | Promise<HttpReply>
}

const OK: HttpReply = { status: 200, headers: {}, body: 'ok' }
const webhooks = new WeakMap<LiveWorkflow, LiveWebhook | null>()

/** @returns undefined when the workflow is no webhook that is live and enabled */
export function liveWebhook(workflow: LiveWorkflow | undefined): LiveWebhook | undefined {
  if (!workflow) return undefined
  let webhook = webhooks.get(workflow)
  if (webhook === undefined) {
    webhook = create(workflow)
    webhooks.set(workflow, webhook)
  }
  return webhook ?? undefined
}

function create(workflow: LiveWorkflow): LiveWebhook | null {
  const definition = workflow.live?.definition
  if (!workflow.enabled || definition?.trigger.type !== 'webhook') return null
  const config = webhookTrigger.config.parse(definition.trigger.config)
  const methods = new Set<string>(config.methods)
  if (methods.has('GET')) methods.add('HEAD')
  const authorized = config.auth?.type === 'basic' ? createBasicAuth(config.auth) : () => true
  return {
    workflow,
    sync: definition.sync,
    methods,
    allow: [...methods].join(', '),
    authorized,
    reply: createReply(definition.trigger.config.reply as JsonObject | undefined),
  }
}

function createReply(reply: JsonObject | undefined): LiveWebhook['reply'] {
  if (!reply) return () => OK
  const template = compileTemplate(reply)
  const read = (value: unknown): HttpReply => {
    const { status = 200, headers = {}, body = 'ok' } = value as Partial<HttpReply>
    return { status, headers, body }
  }
  return (context) => {
    const roots: Roots = { context }
    const resolved = resolveTemplate(template, roots)
    return resolved instanceof Promise ? resolved.then(read) : read(resolved)
  }
}
