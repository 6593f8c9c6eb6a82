import type { CollectionRegistry, ResolvedCollection } from '@ensue/db'

/** A dotted path of associations, and the collection it leads to. */
export interface AssociationPath {
  path: string
  target: string
}

/** The path from a collection, or the sentence that says why there is none. */
export function findAssociationPath(
  registry: CollectionRegistry,
  from: string,
  path: string,
): AssociationPath | string {
  const target = followPath(registry.find(from), path)
  return target ? { path, target: target.name } : `"${from}" has no association "${path}".`
}

/** The collection that a dotted path of associations leads to. */
export function followPath(from: ResolvedCollection | undefined, path: string): ResolvedCollection | undefined {
  return path
    .split('.')
    .reduce<ResolvedCollection | undefined>((collection, step) => collection?.associations.get(step)?.target, from)
}

/** The association paths that a filter looks through, e.g. `category.owner` of `{ 'category.owner.name': 'x' }`. */
export function associationsOfFilter(registry: CollectionRegistry, from: string, filter: unknown): string[] {
  const paths = new Set<string>()
  visit(from, filter, '')
  return [...paths]

  function visit(collection: string, value: unknown, prefix: string): void {
    if (Array.isArray(value)) for (const item of value) visit(collection, item, prefix)
    else if (typeof value === 'object' && value !== null)
      for (const [key, operand] of Object.entries(value)) {
        if (key.startsWith('$')) visit(collection, operand, prefix)
        else follow(collection, key, operand, prefix)
      }
  }

  function follow(collection: string, key: string, operand: unknown, prefix: string): void {
    let at = registry.find(collection)
    let path = prefix
    for (const step of key.split('.')) {
      const association = at?.associations.get(step)
      if (!association) break
      path = path === '' ? step : `${path}.${step}`
      paths.add(path)
      at = association.target
    }
    if (at && path !== prefix) visit(at.name, operand, path)
  }
}
