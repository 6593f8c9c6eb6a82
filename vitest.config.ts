import { defineConfig } from 'vitest/config'

const database = { globalSetup: ['packages/db/src/testing/global-setup.ts'] }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // Pure functions: nothing to keep apart, and importing is most of the time.
          isolate: false,
          include: [
            'packages/{engine,sdk}/src/**/*.test.ts',
            'apps/admin/src/**/*.test.{ts,tsx}',
            'scripts/**/*.test.ts',
          ],
        },
      },
      {
        test: {
          name: 'db',
          // Each has a database of its own.
          isolate: false,
          include: ['{packages/db,apps/server}/src/**/*.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 60_000,
          ...database,
        },
      },
      {
        test: {
          name: 'contract',
          include: ['e2e/contract/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          ...database,
        },
      },
      {
        // They kill servers and count seconds: one after the other.
        test: {
          name: 'faults',
          include: ['e2e/faults/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          ...database,
        },
      },
    ],
  },
})
