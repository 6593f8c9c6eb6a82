import { inject } from 'vitest'
import { createDb, type TestDb } from './test-cluster.ts'

export * from './test-cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    adminUrl: string
  }
}

/** A database of its own, migrated and empty. */
export const createTestDb = (): Promise<TestDb> => createDb(inject('adminUrl'))
