import {
  type Claim,
  type DatabaseClient,
  type ExecutionStore,
  isTransientError,
  listResolutions,
  type RunSession,
  type Trx,
} from '@ensue/db'
import {
  type Actor,
  type Definition,
  FenceError,
  foldJournal,
  isJsonObject,
  type JsonObject,
  keepsNodeRuns,
  NodeError,
  type Ports,
  type RunEnd,
  type RunInput,
  type RunResult,
  runExecution,
} from '@ensue/engine'
import type { Logger } from 'pino'
import { schemaProblem } from '../http/json-schema.ts'
import type { FollowUps } from './follow-ups.ts'
import { followedSession } from './followed-session.ts'
import type { Gate } from './gate.ts'
import type { Pace } from './pace.ts'
import type { WorkflowVersions } from './workflow-versions.ts'

const POLL_MS = 1_000
const CLAIM_AT_MOST = 64
/** A timer that is set for longer goes off at once. */
const MAX_TIMER_MS = 2_147_483_647

/** The part of a claim that a run needs. */
export type Runnable = Pick<
  Claim,
  | 'id'
  | 'epoch'
  | 'triggerType'
  | 'workflowId'
  | 'versionId'
  | 'context'
  | 'sync'
  | 'debug'
  | 'depth'
  | 'queuedAt'
  | 'crashStarts'
>

/** Takes queued executions from the table and runs them, so many at once. */
export interface Executor {
  /** There may be work: claim as much as there is room for. Cheap to call often. */
  kick(): void
  /** The same, also for executions that others have put behind a gate. */
  kickAll(): void
  /** Runs one claimed execution to its end or its next wait. Never rejects for a fault of the run. */
  run(runnable: Runnable, session: RunSession): Promise<RunEnd | undefined>
  /** Runs inside the caller's transaction; every fault is the caller's. */
  runIn(trx: Trx, runnable: Runnable, session: RunSession): Promise<RunEnd>
  /** This process has no room for more, or takes no executions at all. */
  saturated(): boolean
  running(): number
  start(): void
  /** Claims no more; waits for what runs, at most `drainMs`; then stops the rest and hands it back. */
  stop(drainMs: number): Promise<void>
}

export interface ExecutorOptions {
  client: DatabaseClient
  store: ExecutionStore
  versions: WorkflowVersions
  gate: Gate
  followUps: FollowUps
  ports: Ports
  /** Ports whose reads see what the transaction has written. */
  portsIn(trx: Trx): Ports
  runnerId: string
  concurrency: number
  pace: Pace
  log: Logger
}

export function createExecutor({
  client,
  store,
  versions,
  gate,
  followUps,
  ports,
  portsIn,
  runnerId,
  concurrency,
  pace,
  log,
}: ExecutorOptions): Executor {
  const active = new Set<Promise<unknown>>()
  // Sync runs have their own lane: they take no room from queued executions, and wait for none.
  const inline = new Set<Promise<unknown>>()
  const cutOff: Pick<Runnable, 'id' | 'epoch'>[] = []
  const shutdown = new AbortController()
  let started = false
  let claiming = false
  let kicked = false
  let poll: NodeJS.Timeout | undefined
  let step: NodeJS.Timeout | undefined

  function kick(): void {
    if (!started || shutdown.signal.aborted) return
    kicked = true
    if (claiming || active.size >= concurrency) return
    claiming = true
    // After the I/O of this turn: commits that arrive together are claimed together.
    setImmediate(
      () =>
        void claimWhileRoom().finally(() => {
          claiming = false
          if (kicked) kick()
        }),
    )
  }

  async function claimWhileRoom(): Promise<void> {
    while (kicked && active.size < concurrency && !shutdown.signal.aborted) {
      kicked = false
      const { starts, againInMs } = pace.next()
      if (starts === 0) {
        step ??= setTimeout(() => {
          step = undefined
          kick()
        }, againInMs)
        return
      }
      const limit = Math.min(concurrency - active.size, CLAIM_AT_MOST, starts)
      const claims = await gate
        .open()
        .then(() => store.claim(limit, runnerId))
        .catch((error: unknown) => {
          log.warn({ err: error }, 'executions could not be claimed')
          return []
        })
      for (const claim of claims) track(run(claim, store.session(claim)), claim)
      if (claims.length === limit) kicked = true
    }
  }

  function track(work: Promise<unknown>, claim: Claim): void {
    active.add(work)
    void work.finally(() => {
      const wasFull = active.size >= concurrency
      active.delete(work)
      const letsOthersThrough = gate.touch(claim)
      if (wasFull || kicked || letsOthersThrough) kick()
    })
  }

  function trackInline(work: Promise<unknown>): void {
    inline.add(work)
    pace.callerServed('run')
    void work.finally(() => inline.delete(work))
  }

  function kickAll(): void {
    gate.touchAll()
    kick()
  }

  async function run(runnable: Runnable, plain: RunSession, isInline = false): Promise<RunEnd | undefined> {
    const session = followedSession(runnable, plain, followUps, log)
    try {
      return await runNow(runnable, session, ports)
    } catch (error) {
      if (error instanceof FenceError) return undefined
      if (isTransientError(error) || shutdown.signal.aborted) {
        log.warn({ err: error, executionId: runnable.id }, 'the run stopped and goes on later')
        // Somebody waits for an inline run, and is to be told at once.
        if (isInline) handBackLater(runnable)
        else await handBack(runnable)
        return undefined
      }
      log.error({ err: error, executionId: runnable.id }, 'the run failed unexpectedly')
      const result: RunResult = {
        status: 'failed',
        reason: 'internal',
        error: { code: 'internal', message: 'An unexpected error ended the run; the log of the server has more.' },
        messages: [],
      }
      const { logLevel } = versions.cached(runnable.versionId)?.definition.options ?? {}
      const kept = keepsNodeRuns(logLevel, { ...result, debug: runnable.debug }) ? [] : null
      await session.finish(kept, result).catch(() => handBack(runnable))
      return { kind: 'finished', result }
    }
  }

  async function runNow(runnable: Runnable, session: RunSession, runPorts: Ports): Promise<RunEnd> {
    const cached = versions.cached(runnable.versionId)
    const workflow = cached ?? (await versions.load(runnable.versionId))
    // A first claim has no journal and no waits: nothing to read.
    const resumed = runnable.epoch > 1
    const [journal, resolutions] = resumed
      ? await Promise.all([store.readJournal(runnable.id), listResolutions(client.db, runnable.id)])
      : [[], []]
    const { timeoutMs } = workflow.definition.options
    const deadline = timeoutMs === undefined ? undefined : new AbortController()
    const timer =
      deadline &&
      setTimeout(
        () => deadline.abort(new NodeError('timeout', `The run took longer than ${timeoutMs} ms.`)),
        Math.min(timeoutMs!, MAX_TIMER_MS),
      )
    try {
      return await runExecution({
        workflow,
        execution: { ...runnable, workflowKey: workflow.key },
        session,
        journal: foldJournal(journal),
        resolutions: new Map(resolutions.map((resolution) => [resolution.path, resolution])),
        ports: runPorts,
        actor: {
          ...actorOf(workflow.definition.options.runAs, runnable.context),
          execution: { id: runnable.id, depth: runnable.depth, ...(runnable.debug ? { debug: true } : {}) },
        },
        ...outputCheck(workflow.definition),
        signal: deadline ? AbortSignal.any([shutdown.signal, deadline.signal]) : shutdown.signal,
      })
    } finally {
      clearTimeout(timer)
    }
  }

  /** One after the other, without what they hold: an outage costs no more for the many that call meanwhile. */
  function handBackLater({ id, epoch }: Runnable): void {
    cutOff.push({ id, epoch })
    if (cutOff.length === 1) trackInline(handBackAll())
  }

  async function handBackAll(): Promise<void> {
    for (; cutOff.length > 0 && !shutdown.signal.aborted; cutOff.shift()) await handBack(cutOff[0]!)
  }

  /** Puts the execution back into the queue, trying until the database answers. */
  async function handBack(runnable: Pick<Runnable, 'id' | 'epoch'>): Promise<void> {
    for (let tries = 0; tries < 120; tries++) {
      try {
        await store.release(runnable)
        kick()
        return
      } catch {
        // A stopping process must not wait for the database: the sweeper of another one frees the execution.
        if (shutdown.signal.aborted && tries > 3) return
        await new Promise((resolve) => setTimeout(resolve, 500))
      }
    }
  }

  return {
    kick,
    kickAll,
    run(runnable, session) {
      const work = run(runnable, session, true)
      trackInline(work)
      return work
    },
    runIn: (trx, runnable, session) => runNow(runnable, session, portsIn(trx)),
    saturated: () => !started || active.size >= concurrency,
    running: () => active.size + inline.size,
    start() {
      started = true
      poll = setInterval(kickAll, POLL_MS)
      kick()
    },
    async stop(drainMs) {
      started = false
      clearInterval(poll)
      clearTimeout(step)
      const timer = setTimeout(() => shutdown.abort(new Error('The process is stopping.')), drainMs)
      while (active.size + inline.size > 0) await Promise.allSettled([...active, ...inline])
      clearTimeout(timer)
    },
  }
}

/** What a called workflow promises to give. */
function outputCheck({ trigger: { type, config } }: Definition): Pick<RunInput, 'checkOutput'> {
  if (type !== 'call' || !isJsonObject(config.output)) return {}
  const schema = config.output
  return { checkOutput: (output) => schemaProblem(schema, output, 'output') }
}

const SYSTEM: Actor = { kind: 'system', userId: null, role: null }

function actorOf(runAs: 'system' | 'user' | undefined, context: JsonObject): Actor {
  const user = context.user as { id?: string } | null | undefined
  const userId = user?.id ?? null
  if (runAs !== 'user') return userId === null ? SYSTEM : { ...SYSTEM, userId }
  return { kind: 'user', userId, role: (context.role as string | null) ?? null }
}
