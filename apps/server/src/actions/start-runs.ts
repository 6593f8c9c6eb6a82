import type { Trx } from '@ensue/db'
import { AppError } from '@ensue/engine/core'
import type { App } from '../context.ts'
import type { RunReport, Start, Started } from '../executions/runs.ts'
import type { Triggered } from './action.ts'

/** What comes of one trigger of a call: runs to start, or the reason why there is none. */
export type Planned = { start: Start; mode: 'async' | 'sync' | 'transactional' } | { skipped: Triggered }

/** A run that is in the transaction, and what is known of it so far. */
export interface Placed {
  mode: 'async' | 'sync' | 'transactional' | 'skipped'
  start?: Start
  started?: Started
  triggered: Triggered
}

/** Puts the runs into the action's transaction, in the order of the triggers; transactional ones run here.
 *  @throws AppError workflow_failed when a transactional one fails: the transaction must roll back */
export async function placeRuns(app: App, trx: Trx, planned: readonly Planned[]): Promise<Placed[]> {
  if (planned.length === 0) return []
  const starts = (mode: 'async' | 'sync') =>
    planned.flatMap((item) => ('start' in item && item.mode === mode ? [item.start] : []))
  const [queued, claimed] = [
    await app.runs.insert(trx, starts('async')),
    await app.runs.insertClaimed(trx, starts('sync')),
  ]
  const placed: Placed[] = []
  for (const item of planned) {
    if ('skipped' in item) {
      placed.push({ mode: 'skipped', triggered: item.skipped })
      continue
    }
    const { start, mode } = item
    const workflow = start.workflow.key
    if (mode === 'transactional') {
      placed.push({ mode, start, triggered: await runTransactional(app, trx, start) })
      continue
    }
    const started = (mode === 'async' ? queued : claimed).shift()!
    placed.push({ mode, start, started, triggered: { workflow, ...standing(started, mode) } })
  }
  return placed
}

function standing(
  { executionId, skipped }: Started,
  mode: 'async' | 'sync',
): Pick<Triggered, 'executionId' | 'status' | 'message'> {
  if (skipped) return { executionId, status: 'skipped', message: skipped.message }
  return { executionId, status: mode === 'async' ? 'queued' : 'running' }
}

async function runTransactional(app: App, trx: Trx, start: Start): Promise<Triggered> {
  const report = await app.runs.runInTransaction(trx, start)
  const triggered = toTriggered(start.workflow.key, report)
  if (report.status === 'succeeded') return triggered
  // The execution is rolled back with the action, so its id would lead nowhere.
  throw new AppError('workflow_failed', failureMessage(triggered), {
    details: { triggered: [{ ...triggered, executionId: null }] },
  })
}

/** After the commit: wakes runners for the async runs, and runs the sync ones one after the other. They share the deadline;
 *  what is not over by then goes on and is told as `running`. */
export async function finishRuns(app: App, placed: readonly Placed[]): Promise<Triggered[]> {
  // A transactional one may have emitted events.
  if (placed.some(({ mode }) => mode === 'async' || mode === 'transactional')) app.runs.nudge()
  const deadlineMs = Date.now() + app.config.syncDeadlineMs
  const triggered: Triggered[] = []
  for (const { mode, start, started, triggered: known } of placed) {
    if (mode === 'async' && start && started && !started.created) {
      // The idempotency key names an earlier run.
      triggered.push(toTriggered(start.workflow.key, await app.runs.report(started.executionId)))
      continue
    }
    if (mode !== 'sync' || !start || !started) {
      triggered.push(known)
      continue
    }
    try {
      const report = await app.runs.runClaimed(started, start.context, Math.max(0, deadlineMs - Date.now()))
      triggered.push(toTriggered(start.workflow.key, report))
    } catch (error) {
      // The action is committed and the execution with it: the caller must hear of both, whatever happened to the run.
      app.log.error({ err: error, executionId: started.executionId }, 'a sync run broke off')
      triggered.push(known)
    }
  }
  return triggered
}

/** The error of a call that asked to fail with its workflows; undefined when none has failed.
 *  400 when a workflow refused by its End node, 500 when one broke. */
export function failureOf(triggered: readonly Triggered[], reply: Record<string, unknown>): AppError | undefined {
  const failed = triggered.filter(({ status }) => status === 'failed' || status === 'canceled')
  if (failed.length === 0) return undefined
  const code = failed.every(({ error }) => error?.code === 'ended_in_failure') ? 'invalid_input' : 'internal'
  return new AppError(code, failureMessage(failed[0]!), {
    items: failed.map((item) => ({ code, message: failureMessage(item) })),
    details: reply,
  })
}

export function failureMessage({ workflow, message, error }: Triggered): string {
  return message ?? error?.message ?? `The workflow "${workflow}" failed.`
}

export function toTriggered(workflow: string, report: RunReport): Triggered {
  const message = report.messages.length > 0 ? report.messages.join('\n') : undefined
  return {
    workflow,
    executionId: report.executionId,
    status: report.status,
    ...(report.output === undefined ? {} : { output: report.output }),
    ...(message === undefined ? {} : { message }),
    ...(report.error === undefined ? {} : { error: report.error }),
  }
}
