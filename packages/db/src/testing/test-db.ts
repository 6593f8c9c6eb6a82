import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { cloneTemplate, dropDatabase } from './test-cluster.ts'

export * from './test-cluster.ts'

export interface TestDb {
  connectionString: string
  drop(): Promise<void>
}

/** A database of its own, migrated and empty. */
export async function createTestDb(): Promise<TestDb> {
  const adminUrl = inject('adminUrl')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  return {
    connectionString: await cloneTemplate(adminUrl, name),
    drop: () => dropDatabase(adminUrl, name),
  }
}
