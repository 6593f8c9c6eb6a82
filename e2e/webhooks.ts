import type { TestServer } from './start-server.ts'

type Ensue = Awaited<ReturnType<TestServer['signIn']>>
type Create = Parameters<Ensue['workflows']['create']>[0]

export interface WebhookOptions {
  config?: Record<string, unknown>
  sync?: boolean
  nodes?: { key: string; type: string; config: Record<string, unknown>; branches?: unknown }[]
}

/** A workflow that is called at `/api/webhooks/<key>`, deployed and switched on. */
export async function deployWebhook(
  ensue: Ensue,
  key: string,
  { config = {}, sync = false, nodes = [] }: WebhookOptions = {},
): Promise<void> {
  const definition = { sync, trigger: { type: 'webhook', config }, nodes, options: {} } as Create['definition']
  await ensue.workflows.create({ key, title: key, definition })
  await ensue.workflows.deploy(key)
  await ensue.workflows.enable(key)
}
