import { AppError } from '@ensue/engine/core'
import {
  type AssociationType,
  type Collection,
  collectionSchema,
  type Field,
  isAssociationType,
  type ScalarType,
} from './definition.ts'

/** A column of a collection's table. */
export interface Column {
  name: string
  type: ScalarType
  field: Field
  /** Set by the product; can't be written by callers. */
  system: boolean
  /** The association that this column is the foreign key of. */
  foreignKeyOf?: string
}

export interface Association {
  name: string
  type: AssociationType
  field: Field
  target: string
  /** belongsTo: a column here; hasOne, hasMany: a column of the target; belongsToMany: the column of `through` that points here. */
  foreignKey: string
  /** belongsToMany: the column of `through` that points at the target. */
  otherKey: string
  through: string
  toMany: boolean
}

/** A collection ready to be worked with. Immutable; compiled once per registry. */
export interface ResolvedCollection {
  name: string
  title: string
  definition: Collection
  idType: 'bigint' | 'uuid'
  /** Schema and table, unquoted. */
  table: readonly [schema: string, table: string]
  columns: ReadonlyMap<string, Column>
  associations: ReadonlyMap<string, Association>
  /** The product's own: read through associations, written by nobody here. */
  readOnly: boolean
}

export interface CollectionRegistry {
  get(name: string): ResolvedCollection | undefined
  /** @throws AppError `not_found` */
  require(name: string): ResolvedCollection
  list(): ResolvedCollection[]
}

const text = (name: string): Field => ({ name, type: 'string' })

/** Users can be the target of associations. */
const USERS: ResolvedCollection = {
  name: 'users',
  title: 'Users',
  definition: { name: 'users', title: 'Users', idType: 'uuid', fields: [text('email'), text('name')] },
  idType: 'uuid',
  table: ['ensue', 'user'],
  columns: new Map<string, Column>([
    ['id', { name: 'id', type: 'uuid', field: { name: 'id', type: 'uuid' }, system: true }],
    ['email', { name: 'email', type: 'string', field: text('email'), system: true }],
    ['name', { name: 'name', type: 'string', field: text('name'), system: true }],
  ]),
  associations: new Map(),
  readOnly: true,
}

export function buildCollectionRegistry(rows: { name: string; definition: unknown }[]): CollectionRegistry {
  const definitions = rows.map((row) => collectionSchema.parse(row.definition))
  const idTypes = new Map<string, 'bigint' | 'uuid'>([
    ['users', 'uuid'],
    ...definitions.map((one): [string, 'bigint' | 'uuid'] => [one.name, one.idType]),
  ])
  const collections = new Map<string, ResolvedCollection>([['users', USERS]])
  for (const definition of definitions) collections.set(definition.name, resolve(definition, definitions, idTypes))
  return {
    get: (name) => collections.get(name),
    require(name) {
      const collection = collections.get(name)
      if (!collection) throw new AppError('not_found', `There is no collection "${name}".`)
      return collection
    },
    list: () => [...collections.values()].filter((collection) => !collection.readOnly),
  }
}

function resolve(
  definition: Collection,
  all: Collection[],
  idTypes: ReadonlyMap<string, 'bigint' | 'uuid'>,
): ResolvedCollection {
  const columns = new Map<string, Column>()
  const associations = new Map<string, Association>()
  const add = (name: string, type: ScalarType, field: Field, system = false, foreignKeyOf?: string) =>
    columns.has(name) ||
    columns.set(name, { name, type, field, system, ...(foreignKeyOf === undefined ? {} : { foreignKeyOf }) })
  add('id', definition.idType, { name: 'id', type: definition.idType }, true)
  for (const field of definition.fields) {
    if (!isAssociationType(field.type)) {
      add(field.name, field.type, field)
      continue
    }
    const association = associationOf(definition.name, field)
    associations.set(field.name, association)
    if (association.type === 'belongsTo')
      add(
        association.foreignKey,
        idTypes.get(association.target) ?? 'bigint',
        { ...field, name: association.foreignKey },
        false,
        field.name,
      )
  }
  // The foreign key of another collection's hasOne or hasMany lives here.
  for (const other of all)
    for (const field of other.fields)
      if ((field.type === 'hasOne' || field.type === 'hasMany') && field.target === definition.name) {
        const { foreignKey } = associationOf(other.name, field)
        add(foreignKey, other.idType, { name: foreignKey, type: other.idType })
      }
  for (const name of ['createdAt', 'updatedAt'] as const) add(name, 'datetime', { name, type: 'datetime' }, true)
  for (const name of ['createdBy', 'updatedBy'] as const) add(name, 'uuid', { name, type: 'uuid' }, true)
  return {
    name: definition.name,
    title: definition.title ?? definition.name,
    definition,
    idType: definition.idType,
    table: ['data', definition.name],
    columns,
    associations,
    readOnly: false,
  }
}

export function associationOf(collection: string, field: Field): Association {
  const type = field.type as AssociationType
  const target = field.target ?? ''
  return {
    name: field.name,
    type,
    field,
    target,
    foreignKey: field.foreignKey ?? (type === 'belongsTo' ? `${field.name}Id` : `${collection}Id`),
    otherKey: field.otherKey ?? `${target === collection ? field.name : target}Id`,
    through: field.through ?? [collection, field.name].join('_'),
    toMany: type === 'hasMany' || type === 'belongsToMany',
  }
}

/** The collection that a dotted association path leads to, and whether it can lead to many records.
 *  @returns undefined when a step of the path is no association */
export function followPath(
  registry: CollectionRegistry,
  from: ResolvedCollection,
  path: string,
): { target: ResolvedCollection; toMany: boolean } | undefined {
  let target = from
  let toMany = false
  for (const step of path.split('.')) {
    const association = target.associations.get(step)
    const next = association && registry.get(association.target)
    if (!association || !next) return undefined
    toMany ||= association.toMany
    target = next
  }
  return { target, toMany }
}
