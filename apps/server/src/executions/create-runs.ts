import {
  afterCommit,
  cancelExecution,
  type DatabaseClient,
  type ExecutionStore,
  type NewExecution,
  type RunSession,
  type Trx,
} from '@ensue/db'
import type { RunEnd } from '@ensue/engine'
import { AppError } from '@ensue/engine/core'
import type { Executor } from './executor.ts'
import type { Gate } from './gate.ts'
import { makeRoom, standsAlone } from './make-room.ts'
import { newExecution } from './new-execution.ts'
import type { RunReport, Runs, Start, Started } from './runs.ts'

export interface RunsOptions {
  client: DatabaseClient
  store: ExecutionStore
  executor: Executor
  gate: Gate
  runnerId: string
  /** Wakes a runner elsewhere. */
  wakeOthers(): void
}

/** A caller may wait for the run of a workflow that is async: it may wait itself then, as ever. */
const isSync = ({ workflow }: Pick<Start, 'workflow'>) => workflow.live?.definition.sync ?? false

/** The runs of this process: sync ones here and now, async ones through the table. */
export function createRuns({ client, store, executor, gate, runnerId, wakeOthers }: RunsOptions): Runs {
  function nudge(): void {
    executor.kick()
    if (executor.saturated()) wakeOthers()
  }

  function nudgeAll(): void {
    gate.touchAll()
    nudge()
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
    throw notStored()
  }

  /** The executions of the starts: those inserted, or the first ones of their idempotency keys. */
  function startedOf(
    starts: Start[],
    executions: NewExecution[],
    inserted: Set<string>,
    trx?: Trx,
  ): Promise<Started[]> {
    return Promise.all(
      starts.map(async ({ workflow, idempotencyKey, delivery }, index): Promise<Started> => {
        const { id } = executions[index]!
        if (inserted.has(id)) return { executionId: id, workflow, created: true }
        if (delivery || idempotencyKey === undefined) return { executionId: id, workflow, created: false }
        const first = await store.findByIdempotencyKey(workflow.id, idempotencyKey, trx)
        // Its retention has just taken it: this start is the first one, when it comes again.
        if (first === undefined) throw notStored()
        return { executionId: first, workflow, created: false }
      }),
    )
  }

  async function insert(trx: Trx, starts: Start[]): Promise<Started[]> {
    if (starts.length === 0) return []
    const executions = starts.map((start) => newExecution(start, false))
    const touch = () => {
      for (const execution of executions) gate.touch(execution)
    }
    const follow = () => {
      touch()
      nudge()
    }
    // Of another transaction the caller nudges; touched too early, an execution behind a gate is let through by the next poll.
    if (!afterCommit(trx, follow)) touch()
    if (!starts.some(standsAlone)) return startedOf(starts, executions, await store.insert(trx, executions, null), trx)
    const plain = executions.filter((_, index) => !standsAlone(starts[index]!))
    const refused = starts.flatMap(({ refusal }, index) =>
      refusal ? [{ execution: executions[index]!, refusal }] : [],
    )
    const inserted = new Set([
      ...(plain.length > 0 ? await store.insert(trx, plain, null) : []),
      ...(refused.length > 0 ? await store.insertSkipped(trx, refused) : []),
    ])
    const started: Started[] = []
    for (const [index, start] of starts.entries()) {
      const execution = executions[index]!
      if (standsAlone(start) && !start.refusal) started.push(await insertAlone(trx, start, execution))
      else {
        const [one] = await startedOf([start], [execution], inserted, trx)
        started.push({ ...one!, ...(start.refusal ? { skipped: start.refusal } : {}) })
      }
    }
    return started
  }

  /** A start that may be refused, or cancel others: it needs to know of those before it. */
  async function insertAlone(trx: Trx, start: Start, execution: NewExecution): Promise<Started> {
    const { workflow, idempotencyKey } = start
    const first = idempotencyKey && (await store.findByIdempotencyKey(workflow.id, idempotencyKey, trx))
    if (first) return { executionId: first, workflow, created: false }
    const { refusal, supersedes } = await makeRoom(trx, start, execution)
    const inserted = refusal
      ? await store.insertSkipped(trx, [{ execution, refusal }])
      : await store.insert(trx, [execution], null)
    const [started] = await startedOf([start], [execution], inserted, trx)
    if (started!.created) for (const id of supersedes) await cancelExecution(trx, id, 'superseded')
    return { ...started!, ...(refusal ? { skipped: refusal } : {}) }
  }

  return {
    nudge,
    nudgeAll,
    report: stored,
    insert,
    async enqueue(start) {
      if (standsAlone(start)) return (await client.transaction((trx) => insert(trx, [start])))[0]!
      const execution = newExecution(start, false)
      const created = await store.insertQueued(execution)
      gate.touch(execution)
      nudge()
      return (await startedOf([start], [execution], new Set(created ? [execution.id] : [])))[0]!
    },
    async insertClaimed(trx, starts) {
      if (starts.length === 0) return []
      const executions = starts.map((start) => newExecution(start, isSync(start)))
      return startedOf(starts, executions, await store.insert(trx, executions, runnerId), trx)
    },
    async runClaimed(started, context, deadlineMs) {
      if (!started.created) return stored(started.executionId)
      const start = { workflow: started.workflow, triggerType: '', context }
      const execution = { ...newExecution(start, isSync(start)), id: started.executionId }
      const session = store.session({ id: execution.id, epoch: 1, crashStarts: 0 })
      return report(session, executor.run({ ...execution, epoch: 1, crashStarts: 0 }, session), deadlineMs)
    },
    async runDirect(start, deadlineMs) {
      const execution = newExecution(start, true)
      // A delivery is looked for when it turns out to be a duplicate: nearly none is.
      if (start.idempotencyKey !== undefined && !start.delivery) {
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

const notStored = () =>
  new AppError('unavailable', 'The run could not be stored; try again.', { headers: { 'Retry-After': '1' } })
