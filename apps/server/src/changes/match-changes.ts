import {
  appendRelated,
  type ChangeActor,
  type CollectionRegistry,
  canChange,
  matchesFilter,
  parseFilter,
  type ResolvedCollection,
  type Trx,
  withAssociationNames,
} from '@ensue/db'
import { collectionTrigger } from '@ensue/engine'
import { AppError, type JsonObject } from '@ensue/engine/core'
import { associationsOfFilter } from '../actions/association-path.ts'
import type { LiveTrigger } from '../registry.ts'

/** A change of one record, as workflows see it. */
export interface Change {
  id: number
  actor: ChangeActor | null
  event: 'create' | 'update' | 'destroy'
  /** After the change; of a destroyed record as it was last. */
  data: JsonObject
  previous: JsonObject | null
  changed: string[]
}

/** A change that starts a workflow. */
export interface Matched {
  listener: LiveTrigger
  change: Change
  /** The record with the associations that the workflow asks for. */
  data: JsonObject
  /** The trigger's config does not fit the collection any more: a run is recorded that says so. */
  fault?: { reason: 'trigger_invalid'; message: string }
}

/** Which of the changes of a collection start a workflow, with what it is to get. Associations are read as they are now. */
export async function matchChanges(
  trx: Trx,
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  listener: LiveTrigger,
  changes: readonly Change[],
): Promise<Matched[]> {
  const { condition, ...config } = collectionTrigger.config.parse(listener.config) as Config
  // A field that was renamed or dropped never changes again: its updates must not go by in silence.
  const gone = config.changed?.find((name) => !canChange(collection, name))
  const misfits = gone === undefined ? [] : updatesOf(changes, config)
  const candidates = changes.filter(
    (change) =>
      !misfits.includes(change) &&
      collectionTrigger.matches?.(config, {
        type: 'collection',
        subject: collection.name,
        facts: { event: change.event, changed: withAssociationNames(collection, change.changed) },
      }),
  )
  const told = misfitting(listener, misfits, `"${gone}" of "${collection.name}" never changes.`)
  if (candidates.length === 0) return told
  try {
    const kept = condition ? await meeting(trx, registry, collection, condition, candidates) : candidates
    const data = await withAssociations(trx, collection, kept, config.appends ?? [])
    return [...told, ...kept.map((change, index) => ({ listener, change, data: data[index]! }))]
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return [...told, ...misfitting(listener, candidates, error.message)]
  }
}

const updatesOf = (changes: readonly Change[], { on }: Config) =>
  on.includes('update') ? changes.filter(({ event }) => event === 'update') : []

function misfitting(listener: LiveTrigger, changes: readonly Change[], why: string): Matched[] {
  const fault = { reason: 'trigger_invalid' as const, message: `The trigger can't be decided: ${why}` }
  return changes.map((change) => ({ listener, change, data: change.data, fault }))
}

type Config = ReturnType<typeof collectionTrigger.config.parse>

async function meeting(
  trx: Trx,
  registry: CollectionRegistry,
  collection: ResolvedCollection,
  condition: JsonObject,
  changes: readonly Change[],
): Promise<Change[]> {
  const filter = parseFilter(collection, condition)
  const paths = associationsOfFilter(registry, collection.name, condition)
  const records = await withAssociations(trx, collection, changes, paths)
  return changes.filter((_, index) => matchesFilter(filter, records[index]!) === true)
}

async function withAssociations(
  trx: Trx,
  collection: ResolvedCollection,
  changes: readonly Change[],
  paths: string[],
): Promise<JsonObject[]> {
  if (paths.length === 0 || changes.length === 0) return changes.map(({ data }) => data)
  const copies = changes.map(({ data }) => ({ ...data }))
  await appendRelated(trx, collection, copies, paths)
  return copies
}

export function changeContext({ actor, event, previous, changed }: Change, data: JsonObject): JsonObject {
  return {
    data,
    previous,
    changed,
    event,
    user: actor?.user ?? null,
    role: actor?.role ?? null,
    ...(actor?.requestId === undefined ? {} : { requestId: actor.requestId }),
  }
}
