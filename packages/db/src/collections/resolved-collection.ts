import type { Json } from '@ensue/engine/core'
import {
  type AssociationType,
  type Collection,
  choicesOf,
  type ScalarField,
  type ScalarType,
  TEXT_TYPES,
} from './definition.ts'
import type { TableRef } from './identifiers.ts'

/** A column of a collection's table: a field, a foreign key or one of the product's own. */
export interface Column {
  name: string
  type: ScalarType
  required: boolean
  unique: boolean
  indexed: boolean
  hidden: boolean
  /** Set by the product, never by a caller. */
  system: boolean
  default?: Json
  min?: number | string
  max?: number | string
  pattern?: string
  choices?: readonly string[]
  /** The foreign key of an association. */
  references?: { collection: ResolvedCollection; onDelete: OnDelete }
}

export type OnDelete = 'restrict' | 'cascade' | 'setNull'

export interface Association {
  name: string
  type: AssociationType
  source: ResolvedCollection
  target: ResolvedCollection
  toMany: boolean
  hidden: boolean
  /** belongsTo: a column of the source; hasOne, hasMany: of the target; belongsToMany: of the through table. */
  foreignKey: string
  /** belongsToMany only: the table in between and its column to the target. */
  through?: { table: TableRef; otherKey: string; collection?: ResolvedCollection }
}

/** A collection with its table and its associations resolved. Never changed once built, so things can be cached by it. */
export interface ResolvedCollection {
  name: string
  title: string | null
  idType: 'bigint' | 'uuid'
  table: TableRef
  readOnly: boolean
  definition: Collection
  columns: ReadonlyMap<string, Column>
  associations: ReadonlyMap<string, Association>
}

/** While the registry is being built. */
export interface Draft extends ResolvedCollection {
  columns: Map<string, Column>
  associations: Map<string, Association>
}
export type Report = (collection: string, path: string, message: string) => void

const plain = { required: false, unique: false, indexed: false, hidden: false, system: false }
const set = { ...plain, system: true }

export function idColumn({ idType }: Collection): Column {
  return { ...set, name: 'id', type: idType, required: true }
}

export function systemColumns(definition: Collection): Column[] {
  return [
    idColumn(definition),
    { ...set, name: 'createdAt', type: 'datetime', required: true },
    { ...set, name: 'updatedAt', type: 'datetime', required: true },
    { ...set, name: 'createdBy', type: 'uuid' },
    { ...set, name: 'updatedBy', type: 'uuid' },
  ]
}

export function columnOf(field: ScalarField): Column {
  const { name, type, required = false, unique = false, indexed = false, hidden = false } = field
  const column: Column = { ...plain, name, type, required, unique, indexed, hidden }
  if (field.default !== undefined && field.default !== null) column.default = field.default
  if ('min' in field && field.min !== undefined) column.min = field.min
  if ('max' in field && field.max !== undefined) column.max = field.max
  if ('length' in field && field.length !== undefined) column.max = Math.min(field.length, field.max ?? field.length)
  if ('pattern' in field && field.pattern !== undefined) column.pattern = field.pattern
  if ('values' in field) column.choices = choicesOf(field)
  return column
}

/** Do its limits count characters? */
export function isTextType(type: ScalarType): boolean {
  return (TEXT_TYPES as readonly string[]).includes(type)
}

export function foreignKeyColumn(
  name: string,
  target: ResolvedCollection,
  field: { required?: boolean; unique?: boolean; hidden?: boolean; onDelete?: OnDelete },
): Column {
  const { required = false, unique = false, hidden = false, onDelete = required ? 'restrict' : 'setNull' } = field
  return {
    ...plain,
    name,
    type: target.idType,
    required,
    unique,
    indexed: true,
    hidden,
    references: { collection: target, onDelete },
  }
}
