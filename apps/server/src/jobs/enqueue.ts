import type { DatabaseClient } from '@ensue/db'
import type { Logger } from 'pino'
import type { JobName, JobPayload } from './catalog.ts'

/** Adds a job unless one with the same key waits already. */
export async function enqueue<Name extends JobName>(
  client: DatabaseClient,
  name: Name,
  payload: JobPayload<Name>,
  options: { key?: string } = {},
): Promise<void> {
  await client.pool.query({
    name: 'ensue_add_job',
    text: 'select graphile_worker.add_job($1, $2::json, job_key => $3)',
    values: [name, JSON.stringify(payload), options.key ?? null],
  })
}

const WAKE_EVERY_MS = 25

/** Wakes a runner, here or elsewhere: at most one job in 25 ms, since each costs a NOTIFY. Runners poll as well, so a lost one is only late. */
export function createWaker(client: DatabaseClient, log: Logger): () => void {
  let timer: NodeJS.Timeout | undefined
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined
      enqueue(client, 'run-executions', {}, { key: 'run-executions' }).catch((error: unknown) => {
        log.debug({ err: error }, 'no runner could be woken')
      })
    }, WAKE_EVERY_MS)
    timer.unref()
  }
}
