import { AppError, type ErrorItem } from '@ensue/engine/core'
import { type Collection, collectionSchema, isAssociation } from './definition.ts'
import { resolveAssociations } from './resolve-associations.ts'
import {
  type Column,
  columnOf,
  type Draft,
  idColumn,
  type Report,
  type ResolvedCollection,
  systemColumns,
} from './resolved-collection.ts'
import { SYSTEM_COLLECTIONS, type SystemCollection } from './system-collections.ts'

export interface CollectionRegistry {
  /** @throws AppError not_found */
  get(name: string): ResolvedCollection
  find(name: string): ResolvedCollection | undefined
  /** Users' collections, in the order given. */
  list(): ResolvedCollection[]
  /** What does not fit together in the definitions; the parts concerned are left out. Paths start with the collection's name. */
  problems: readonly ErrorItem[]
  systemCollections: readonly SystemCollection[]
}

/** The registry of these definitions and the system's collections. Pure; faults become `problems`. */
export function buildCollectionRegistry(
  rows: readonly { name: string; title: string | null; definition: unknown }[],
  systemCollections: readonly SystemCollection[] = SYSTEM_COLLECTIONS,
): CollectionRegistry {
  const problems: ErrorItem[] = []
  const report: Report = (collection, path, message) =>
    problems.push({ code: 'invalid_input', message, path: `${collection}.${path}` })
  const drafts = new Map<string, Draft>()
  for (const { definition, table, readOnly } of systemCollections)
    drafts.set(definition.name, { ...draftOf(definition, [idColumn(definition)], report), table, readOnly })
  const own: Draft[] = []
  for (const row of rows) {
    const parsed = collectionSchema.safeParse(row.definition)
    if (!parsed.success) report(row.name, 'fields', `The definition of "${row.name}" can not be read.`)
    else if (drafts.has(row.name)) report(row.name, 'name', `The name "${row.name}" is taken.`)
    else {
      const draft = draftOf({ ...parsed.data, title: row.title }, systemColumns(parsed.data), report)
      drafts.set(row.name, draft)
      own.push(draft)
    }
  }
  resolveAssociations(drafts, own, report)
  return {
    get(name) {
      const found = drafts.get(name)
      if (!found) throw new AppError('not_found', `There is no collection "${name}".`, { path: 'collection' })
      return found
    },
    find: (name) => drafts.get(name),
    list: () => [...own],
    problems,
    systemCollections,
  }
}

function draftOf(definition: Collection, first: Column[], report: Report): Draft {
  const columns = new Map(first.map((column) => [column.name, column]))
  const seen = new Set<string>()
  definition.fields.forEach((field, index) => {
    if (seen.has(field.name)) report(definition.name, `fields.${index}.name`, `There are two fields "${field.name}".`)
    seen.add(field.name)
    if (!isAssociation(field)) columns.set(field.name, columnOf(field))
  })
  return {
    name: definition.name,
    title: definition.title ?? null,
    idType: definition.idType,
    table: { schema: 'data', name: definition.name },
    readOnly: false,
    definition,
    columns,
    associations: new Map(),
  }
}
