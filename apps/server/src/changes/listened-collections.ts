import { type Attribution, attributionOf, type ChangeActor } from '@ensue/db'
import type { Snapshot } from '../registry.ts'

const reaching = new WeakMap<Snapshot, ReadonlySet<string>>()

/** The collections whose records can't be written without a chance that one changes that a workflow listens to: those listened to, and
 *  those related to them, whose writes may be nested or cascade. */
function collectionsReachingListeners(snapshot: Snapshot): ReadonlySet<string> {
  let names = reaching.get(snapshot)
  if (!names) {
    names = reach(snapshot)
    reaching.set(snapshot, names)
  }
  return names
}

function reach({ collections, triggers }: Snapshot): ReadonlySet<string> {
  const neighbours = new Map<string, string[]>()
  for (const { associations } of collections.list())
    for (const { source, target, through } of associations.values())
      for (const other of [target, through?.collection]) {
        // What is read only is not changed through an association.
        if (!other || other.readOnly) continue
        neighbours.getOrInsertComputed(source.name, () => []).push(other.name)
        neighbours.getOrInsertComputed(other.name, () => []).push(source.name)
      }
  const reached = new Set(triggers.entries.get('collection')?.keys())
  for (const name of reached) for (const neighbour of neighbours.get(name) ?? []) reached.add(neighbour)
  return reached
}

/** What is to go with the writes of a collection so that captured changes tell who made them; undefined where none are captured. */
export function attributionFor(
  snapshot: Snapshot,
  collection: string,
  actor: () => ChangeActor,
): Attribution | undefined {
  return collectionsReachingListeners(snapshot).has(collection) ? attributionOf(actor()) : undefined
}
