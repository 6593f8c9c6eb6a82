import type { CollectionRegistry, ResolvedCollection } from '@ensue/db'
import { isJsonObject, type Json, type JsonObject } from '@ensue/engine/core'

/** Values as sent, without those of hidden fields, also in nested records: they never enter a workflow's context. */
export function withoutHidden(registry: CollectionRegistry, collection: string, values: Json): Json {
  const resolved = registry.find(collection)
  if (!resolved) return null
  if (Array.isArray(values)) return values.map((item) => strip(registry, resolved, item))
  return strip(registry, resolved, values)
}

function strip(registry: CollectionRegistry, collection: ResolvedCollection, values: Json): Json {
  if (!isJsonObject(values)) return values
  const kept: JsonObject = {}
  for (const [name, value] of Object.entries(values)) {
    const association = collection.associations.get(name)
    if ((association ?? collection.columns.get(name))?.hidden) continue
    kept[name] = association ? withoutHidden(registry, association.target.name, value) : value
  }
  return kept
}
