import { hostname } from 'node:os'
import { type Db, listRunners } from '@ensue/db'

/** Ids of runners of this host whose process is gone: they need not be waited for. A reused pid only means waiting for the heartbeat. */
export async function findGoneRunners(db: Db): Promise<string[]> {
  const host = hostname()
  return (await listRunners(db))
    .filter((runner) => runner.host === host && !exists(runner.pid))
    .map((runner) => runner.id)
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
