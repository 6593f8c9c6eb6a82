import { AppError } from '@ensue/engine/core'
import type { ResolvedCollection } from './resolved-collection.ts'
import { type ConstraintShape, constraintsOf } from './table-shape.ts'

export type WriteAction = 'write' | 'destroy'

interface PostgresError {
  code: string
  constraint?: string
  column?: string
  table?: string
}

function isPostgresError(error: unknown): error is PostgresError {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^[0-9A-Z]{5}$/.test(error.code)
  )
}

const constraints = new WeakMap<ResolvedCollection, Map<string, ConstraintShape>>()

function constraintOf(collection: ResolvedCollection, name: string | undefined): ConstraintShape | undefined {
  let known = constraints.get(collection)
  if (!known) {
    known = constraintsOf(collection)
    constraints.set(collection, known)
  }
  return name === undefined ? undefined : known.get(name)
}

/** What PostgreSQL refused, as the caller's fault with the path of the field; any other error as it is.
 *  Values are never repeated: the one that is there already may be somebody else's. */
export function toRecordError(error: unknown, collection: ResolvedCollection, action: WriteAction): unknown {
  if (!isPostgresError(error)) return error
  const field = constraintOf(collection, error.constraint)?.columns[0] ?? error.column
  const path = field === undefined ? 'values' : `values.${field}`
  const named = field === undefined ? 'A field' : `"${field}"`
  const as = (code: 'invalid_input' | 'conflict' | 'timeout', message: string, at?: string) =>
    new AppError(code, message, { cause: error, ...(at !== undefined && { path: at }) })
  switch (error.code) {
    case '23505':
      return as(
        'conflict',
        `Another record of "${collection.name}" has the same value in ${named}, which is unique.`,
        path,
      )
    case '23001':
      return as('conflict', `Records of "${error.table ?? 'another collection'}" still refer to this one.`)
    case '23503':
      return action === 'destroy'
        ? as('conflict', `Records of "${error.table ?? 'another collection'}" still refer to this one.`)
        : as('invalid_input', `${named} refers to a record that does not exist.`, path)
    case '23502':
      return as('invalid_input', `${named} is required.`, path)
    case '23514':
      return as('invalid_input', `${named} is out of its bounds.`, path)
    case '57014':
      return as('timeout', 'The database took too long to answer, and the statement was stopped.')
    case '54000':
    case '54001':
      return as('invalid_input', 'The request is too complex for the database.')
    default:
      return error.code.startsWith('22') ? as('invalid_input', 'A value does not fit the type of its field.') : error
  }
}

/** What PostgreSQL refused of a change of schema: mostly that the records there are do not allow it. */
export function toDdlError(error: unknown): unknown {
  if (!isPostgresError(error)) return error
  const named = error.column ?? error.constraint
  const as = (message: string) =>
    new AppError('conflict', message, { cause: error, path: named === undefined ? 'fields' : `fields.${named}` })
  switch (error.code) {
    case '23502':
      return as(`There are records without "${named}"; give them a value, or the field a default.`)
    case '23505':
      return as(`There are records with the same value, so "${named}" can not be unique.`)
    case '23503':
    case '23514':
      return as(`There are records that "${named}" would not allow.`)
    case '42P07':
    case '42701':
    case '42710':
      return as('Something of that name is in the database already.')
    case '2BP01':
      return as('Something else in the database depends on it.')
    default:
      return error.code.startsWith('22') ? as('There are values that can not be converted.') : error
  }
}
