import { setTimeout as sleep } from 'node:timers/promises'
import { findExecutionMark } from '@ensue/db'
import { FINAL_STATUSES } from '@ensue/engine'
import { tracked } from '@trpc/server'
import type { z } from 'zod'
import type { App, Caller } from '../context.ts'
import { type executionId, getExecution } from './get-execution.ts'

const LOOK_EVERY_MS = 250

/** Gives an execution now and whenever it has changed, until it is over or the process stops. */
export async function* watchExecution(
  app: App,
  caller: Caller,
  { id }: z.infer<typeof executionId>,
  signal: AbortSignal | undefined,
) {
  let seen: string | undefined
  while (!signal?.aborted && !app.stopping.aborted) {
    const mark = await findExecutionMark(app.client.db, id)
    if (mark === undefined || mark !== seen) {
      const execution = await getExecution(app, caller, { id })
      yield tracked(mark ?? '', execution)
      if (FINAL_STATUSES.includes(execution.status)) return
      seen = mark
    }
    await sleep(LOOK_EVERY_MS, undefined, signal ? { signal } : {}).catch(() => {})
  }
}
