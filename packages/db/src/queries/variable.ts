import { sql } from 'kysely'
import type { DbOrTrx } from '../client.ts'

export interface VariableRow {
  name: string
  value: string
  updatedAt: string
}

const COLUMNS = ['name', 'value', 'updatedAt'] as const

export function listVariables(db: DbOrTrx): Promise<VariableRow[]> {
  return db.selectFrom('variable').select(COLUMNS).orderBy('name').execute()
}

export function upsertVariable(db: DbOrTrx, name: string, value: string): Promise<VariableRow> {
  return db
    .insertInto('variable')
    .values({ name, value, updatedAt: sql<string>`now()` })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value, updatedAt: sql<string>`now()` }))
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
}

/** @returns undefined when there is no such variable */
export function deleteVariable(db: DbOrTrx, name: string): Promise<VariableRow | undefined> {
  return db.deleteFrom('variable').where('name', '=', name).returning(COLUMNS).executeTakeFirst()
}
