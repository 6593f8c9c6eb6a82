import type { CollectionRegistry, Lookup } from '@ensue/db'

/** How planned statements find the tables of other collections. */
export function lookupIn(registry: CollectionRegistry): Lookup {
  return (name) => {
    const collection = registry.get(name)
    if (!collection) return undefined
    const [schema, table] = collection.table
    return { idType: collection.idType, schema, table }
  }
}
