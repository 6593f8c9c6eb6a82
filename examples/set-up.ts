import type { Client, defineWorkflow } from '@ensue/sdk'

export type SetUpClient = Pick<Client, 'collections' | 'workflows'>
type NewCollection = Parameters<SetUpClient['collections']['create']>[0]

/** Makes the collections that aren't there yet, in the order given. */
export async function makeCollections(ensue: SetUpClient, collections: readonly NewCollection[]): Promise<void> {
  const existing = new Set((await ensue.collections.list()).map((collection) => collection.name))
  for (const collection of collections) if (!existing.has(collection.name)) await ensue.collections.create(collection)
}

export interface ExampleWorkflow {
  key: string
  title: string
  definition: ReturnType<typeof defineWorkflow>
}

/** Brings a workflow live as it is defined here, whether it was there before or not. */
export async function makeWorkflow(ensue: SetUpClient, { key, title, definition }: ExampleWorkflow): Promise<void> {
  const known = await ensue.workflows.list({ search: key })
  if (!known.data.some((workflow) => workflow.key === key)) await ensue.workflows.create({ key, title, definition })
  else await ensue.workflows.saveDraft({ key, definition })
  await ensue.workflows.deploy(key)
  await ensue.workflows.enable(key)
}
