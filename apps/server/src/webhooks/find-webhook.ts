import type { App } from '../context.ts'
import type { LiveWorkflow, Snapshot } from '../registry.ts'
import { type LiveWebhook, liveWebhook } from './live-webhook.ts'

export interface FoundWebhook {
  workflow: LiveWorkflow
  /** Undefined while the workflow is disabled or was never deployed. */
  webhook: LiveWebhook | undefined
  /** Of the workflow's own path. */
  params: Record<string, string>
}

interface PathPattern {
  webhook: LiveWebhook
  segments: string[]
}

const patterns = new WeakMap<Snapshot, PathPattern[]>()
const NO_PARAMS: Record<string, string> = {}

/** The webhook that a URL means, by the key of its workflow or else by the path in its config.
 *  @param rest what follows `/api/webhooks/`, as received */
export function findWebhook(app: App, rest: string): FoundWebhook | undefined {
  const snapshot = app.registry.current()
  const workflow = snapshot.workflows.get(rest)
  if (workflow) {
    const webhook = liveWebhook(app, workflow)
    const type = workflow.live?.definition.trigger.type
    // Of a workflow that was never deployed nobody knows yet whether it will be a webhook.
    return webhook || type === undefined || type === 'webhook' ? { workflow, webhook, params: NO_PARAMS } : undefined
  }
  return byPath(app, snapshot, rest)
}

function byPath(app: App, snapshot: Snapshot, rest: string): FoundWebhook | undefined {
  const known = patternsOf(app, snapshot)
  if (known.length === 0) return undefined
  const segments = rest.split('/')
  for (const { webhook, segments: wanted } of known) {
    const params = matchPath(wanted, segments)
    if (params) return { workflow: webhook.workflow, webhook, params }
  }
  return undefined
}

/** The parameters of a path, when its segments fit. */
export function matchPath(wanted: string[], segments: string[]): Record<string, string> | undefined {
  if (wanted.length !== segments.length) return undefined
  const params: Record<string, string> = {}
  const matches = wanted.every((part, index) => {
    const given = decode(segments[index]!)
    if (given === undefined || given === '') return false
    if (!part.startsWith(':')) return part === given
    params[part.slice(1)] = given
    return true
  })
  return matches ? params : undefined
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

/** Literal segments win over parameters; among equals the older workflow. */
function patternsOf(app: App, snapshot: Snapshot): PathPattern[] {
  let found = patterns.get(snapshot)
  if (!found) {
    found = [...snapshot.workflows.values()].flatMap((workflow) => {
      const webhook = liveWebhook(app, workflow)
      return webhook?.path === undefined ? [] : [{ webhook, segments: webhook.path.slice(1).split('/') }]
    })
    const parameters = ({ segments }: PathPattern) => segments.filter((part) => part.startsWith(':')).length
    found.sort((a, b) => parameters(a) - parameters(b))
    patterns.set(snapshot, found)
  }
  return found
}
