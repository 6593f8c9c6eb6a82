import { AppError, type ErrorCode } from '@ensue/engine/core'
import { expect } from 'vitest'
import { connect, type DatabaseClient, type Db } from '../client.ts'
import { createTestDb } from '../testing/test-db.ts'
import { applyPlan, planAlter, planCreate } from './ddl.ts'
import { type Collection, parseCollection } from './definition.ts'
import { buildCollectionRegistry, type CollectionRegistry } from './registry.ts'
import type { ResolvedCollection } from './resolved-collection.ts'

export interface Fixture {
  client: DatabaseClient
  db: Db
  registry(): CollectionRegistry
  get(name: string): ResolvedCollection
  /** Creates the collection and its table. */
  create(definition: unknown): Promise<ResolvedCollection>
  alter(
    definition: Collection,
    options?: { confirm?: string[]; renames?: Record<string, string> },
  ): Promise<ResolvedCollection>
  stop(): Promise<void>
}

/** A migrated database with no collections yet. */
export async function createFixture(): Promise<Fixture> {
  const database = await createTestDb()
  const client = connect(database.connectionString, { max: 4 })
  let registry = buildCollectionRegistry([])
  return {
    client,
    db: client.db,
    registry: () => registry,
    get: (name) => registry.get(name),
    async create(definition) {
      const plan = planCreate(registry, parseCollection(definition))
      await client.transaction((trx) => applyPlan(trx, plan))
      registry = plan.registry
      return registry.get((definition as Collection).name)
    },
    async alter(definition, { confirm, renames } = {}) {
      const plan = planAlter(registry, definition.name, definition, renames)
      await client.transaction((trx) => applyPlan(trx, plan, confirm))
      registry = plan.registry
      return registry.get(definition.name)
    },
    async stop() {
      await client.close()
      await database.drop()
    },
  }
}

export const ACTOR = { userId: '01930000-0000-7000-8000-000000000001' }
export const actor = { actor: ACTOR }

/** The AppError that `work` ends in. */
async function failureOf(work: (() => unknown) | Promise<unknown>): Promise<AppError> {
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('It did not fail.')
}

export async function expectFailure(
  work: (() => unknown) | Promise<unknown>,
  code: ErrorCode,
  path?: string,
): Promise<AppError> {
  const error = await failureOf(work)
  expect({ code: error.code, ...(path !== undefined && { path: error.path }) }).toEqual({
    code,
    ...(path !== undefined && { path }),
  })
  return error
}
