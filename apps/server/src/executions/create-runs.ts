import type { ExecutionStore, NewExecution, RunSession } from '@ensue/db'
import type { RunEnd } from '@ensue/engine'
import { AppError, newId } from '@ensue/engine/core'
import { labelOf } from './execution-label.ts'
import type { Executor } from './executor.ts'
import type { RunReport, Runs, Start, Started } from './runs.ts'

export interface RunsOptions {
  store: ExecutionStore
  executor: Executor
  runnerId: string
  /** Wakes a runner elsewhere. */
  wakeOthers(): void
}

/** The runs of this process: sync ones here and now, async ones through the table. */
export function createRuns({ store, executor, runnerId, wakeOthers }: RunsOptions): Runs {
  function nudge(): void {
    executor.kick()
    if (executor.saturated()) wakeOthers()
  }

  /** Waits for a run until the deadline; then makes sure that the execution can be asked for. */
  async function report(
    session: RunSession,
    work: Promise<RunEnd | undefined>,
    deadlineMs: number,
  ): Promise<RunReport> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, deadlineMs, 'late')
    })
    const end = await Promise.race([work, late])
    clearTimeout(timer)
    if (end === 'late') {
      await session.persist()
      return { executionId: session.id, status: 'running', messages: [] }
    }
    // The run was stopped, fenced off or the database went away: it goes on elsewhere, when there is something to go on with.
    if (!end) return { executionId: session.id, status: 'queued', messages: [] }
    if (end.kind === 'waiting') return { executionId: session.id, status: 'waiting', messages: [] }
    return { executionId: session.id, ...end.result }
  }

  /** How an execution stands in the table. @throws AppError `unavailable` it never got there */
  async function stored(executionId: string): Promise<RunReport> {
    const row = await store.report(executionId)
    if (row) return { executionId, ...row }
    throw new AppError('unavailable', 'The run could not be stored; try again.', { headers: { 'Retry-After': '1' } })
  }

  async function existing(starts: Start[], executions: NewExecution[], inserted: Set<string>): Promise<Started[]> {
    return Promise.all(
      starts.map(async (start, index): Promise<Started> => {
        const { id } = executions[index]!
        if (inserted.has(id)) return { executionId: id, workflow: start.workflow, created: true }
        const first = await store.findByIdempotencyKey(start.workflow.id, start.idempotencyKey!)
        return { executionId: first ?? id, workflow: start.workflow, created: false }
      }),
    )
  }

  return {
    nudge,
    report: stored,
    async insert(trx, starts) {
      if (starts.length === 0) return []
      const executions = starts.map((start) => newExecution(start, false))
      return existing(starts, executions, await store.insert(trx, executions, null))
    },
    async enqueue(start) {
      const execution = newExecution(start, false)
      const created = await store.insertQueued(execution)
      nudge()
      if (start.delivery) return { executionId: execution.id, workflow: start.workflow, created }
      return (await existing([start], [execution], new Set(created ? [execution.id] : [])))[0]!
    },
    async insertClaimed(trx, starts) {
      if (starts.length === 0) return []
      const executions = starts.map((start) => newExecution(start, true))
      return existing(starts, executions, await store.insert(trx, executions, runnerId))
    },
    async runClaimed(started, context, deadlineMs) {
      if (!started.created) return stored(started.executionId)
      const start = { workflow: started.workflow, triggerType: '', context }
      const execution = { ...newExecution(start, true), id: started.executionId }
      const session = store.session({ id: execution.id, epoch: 1, crashStarts: 0 })
      return report(session, executor.run({ ...execution, epoch: 1, crashStarts: 0 }, session), deadlineMs)
    },
    async runDirect(start, deadlineMs) {
      const execution = newExecution(start, true)
      if (start.idempotencyKey !== undefined) {
        const first = await store.findByIdempotencyKey(start.workflow.id, start.idempotencyKey)
        if (first) return stored(first)
      }
      const session = store.unbornSession(execution, runnerId)
      const result = await report(
        session,
        executor.run({ ...execution, epoch: 1, crashStarts: 0 }, session),
        deadlineMs,
      )
      if (result.status !== 'queued') return result
      if (start.delivery && session.duplicate()) return { ...result, duplicate: true }
      // The run broke off. Another start with the same key may have won, or what was written goes on elsewhere.
      const first = start.idempotencyKey && (await store.findByIdempotencyKey(start.workflow.id, start.idempotencyKey))
      return stored(first || execution.id)
    },
    async runInTransaction(trx, start) {
      const execution = newExecution(start, true)
      const session = store.sessionIn(trx, execution)
      const end = await executor.runIn(trx, { ...execution, epoch: 1, crashStarts: 0 }, session)
      if (end.kind !== 'finished') throw new Error('A transactional run cannot wait.')
      return { executionId: session.id, ...end.result }
    },
  }
}

function newExecution(start: Start, sync: boolean): NewExecution {
  const live = start.workflow.live
  if (!live) throw new Error(`Workflow "${start.workflow.key}" was never deployed.`)
  const id = newId()
  return {
    id,
    workflowId: start.workflow.id,
    versionId: live.versionId,
    triggerType: start.triggerType,
    sync,
    debug: start.debug ?? false,
    priority: live.definition.options.priority ?? 0,
    depth: start.depth ?? 0,
    parentId: start.parentId ?? null,
    rootId: start.rootId ?? null,
    context: start.context,
    label: labelOf(live.definition, start.context),
    idempotencyKey: start.idempotencyKey ?? null,
    queuedAt: new Date().toISOString(),
    ...(start.delivery ? { delivery: { ...start.delivery, executionId: id } } : {}),
  }
}
