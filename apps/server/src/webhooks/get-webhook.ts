import { AppError } from '@ensue/engine/core'
import type { App, Caller } from '../context.ts'
import { requirePermission } from '../roles/permissions.ts'
import { liveWebhook } from './live-webhook.ts'

/** Where a webhook is called and how. @throws AppError forbidden, not_found */
export async function getWebhook(
  app: App,
  caller: Caller,
  input: { workflow: string },
): Promise<{ urls: string[]; methods: string[]; live: boolean }> {
  requirePermission(app, caller.principal, 'workflows.view')
  const workflow = app.registry.current().workflows.get(input.workflow)
  if (!workflow) throw new AppError('not_found', `There is no workflow "${input.workflow}".`, { path: 'workflow' })
  const webhook = liveWebhook(app, workflow)
  return {
    urls: [`/api/webhooks/${workflow.key}`, `/api/webhook:trigger/${workflow.key}`],
    methods: webhook ? [...webhook.methods] : [],
    live: webhook !== undefined,
  }
}
