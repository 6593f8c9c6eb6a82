import type { TestProject } from 'vitest/node'
import { startTestCluster } from './test-cluster.ts'

/** One cluster for all suites that need a database. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startTestCluster()
  project.provide('adminUrl', cluster.adminUrl)
  return () => cluster.stop()
}
