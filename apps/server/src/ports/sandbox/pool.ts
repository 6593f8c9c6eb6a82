import { availableParallelism } from 'node:os'
import type { Logger } from 'pino'
import { createPaces } from './paces.ts'
import { type RunnerReply, type RunnerRequest, SANDBOX_LIMITS } from './runner/protocol.ts'
import { type Runner, type RunnerEnd, spawnRunner } from './spawn-runner.ts'
import { createTurns } from './turns.ts'

export const POOL_LIMITS = {
  /** Runs that wait; more are refused. */
  maxWaiting: 1_000,
  /** The same of one owner, so that it leaves room for others. */
  maxWaitingOfOwner: 250,
  /** A runner is replaced after so many runs, or when it holds so much memory. */
  maxRuns: 2_000,
  maxRssBytes: 209_715_200,
  /** Starts that fail in a row before those who wait are told. */
  maxFailedStarts: 3,
  restartDelayMs: 1_000,
} as const

type Request = RunnerRequest extends infer One ? (One extends RunnerRequest ? Omit<One, 'id'> : never) : never

/** Why there is no reply: as of the runner · too many wait · no runner can be started, or the pool is stopped. */
export type PoolEnd = RunnerEnd | 'busy' | 'unavailable'

export interface Pool {
  /** Waits for a free runner, then runs. A runner that was killed by somebody else is replaced and the run tried once more.
   *  @throws the signal's reason */
  run(request: Request, options: { owner?: string; signal?: AbortSignal }): Promise<RunnerReply | PoolEnd>
  /** Starts the runners before they are needed. */
  warm(): void
  /** Kills all runners; resolves when they are gone. */
  stop(): Promise<void>
  /** Process ids of the runners. */
  pids(): number[]
}

interface Job {
  request: RunnerRequest
  owner: string
  signal: AbortSignal | undefined
  tries: number
  end(result: RunnerReply | PoolEnd): void
}

export function createPool(log: Logger, size = Math.min(2, availableParallelism()), spawn = spawnRunner): Pool {
  const waiting = createTurns<Job>()
  const runners = new Set<Runner>()
  const idle: Runner[] = []
  const paces = createPaces(size)
  let failedStarts = 0
  let lastId = 0
  let stopped = false
  let restart: NodeJS.Timeout | undefined

  function refill(): void {
    while (!stopped && restart === undefined && runners.size < size) start()
  }

  function start(): void {
    const runner = spawn()
    runners.add(runner)
    void runner.ready.then((up) => {
      if (!up || stopped) return
      failedStarts = 0
      idle.push(runner)
      dispatch()
    })
    void Promise.all([runner.ready, runner.exited]).then(([up]) => {
      discard(runner)
      if (stopped) return
      if (up && (waiting.size() > 0 || runners.size > 0)) return refill()
      if (!up) {
        failedStarts += 1
        log.error({ failedStarts }, 'a sandbox runner could not be started')
        if (failedStarts >= POOL_LIMITS.maxFailedStarts) for (const job of waiting.drain()) job.end('unavailable')
      }
      restart ??= setTimeout(() => {
        restart = undefined
        // Those that don't come up are tried again when they are needed.
        if (failedStarts < POOL_LIMITS.maxFailedStarts || waiting.size() > 0) refill()
      }, POOL_LIMITS.restartDelayMs)
    })
  }

  function discard(runner: Runner): void {
    runners.delete(runner)
    const at = idle.indexOf(runner)
    if (at !== -1) idle.splice(at, 1)
    runner.kill()
  }

  function dispatch(): void {
    while (idle.length > 0) {
      const job = waiting.take(paces.mayStart)
      if (!job) return
      // The one that has been idle for longest: it is ready for its next run.
      void perform(idle.shift()!, job)
    }
  }

  async function perform(runner: Runner, job: Job): Promise<void> {
    const abort = () => runner.kill()
    job.signal?.addEventListener('abort', abort, { once: true })
    const ended = paces.start(job.owner)
    job.tries += 1
    const result = await runner.run(job.request, job.request.timeoutMs + SANDBOX_LIMITS.graceMs)
    ended()
    job.signal?.removeEventListener('abort', abort)
    if (typeof result === 'string') {
      log.warn({ owner: job.owner, end: result, pid: runner.pid }, 'a sandbox runner ended in a run')
      discard(runner)
    } else if (runner.runs >= POOL_LIMITS.maxRuns || runner.rssBytes > POOL_LIMITS.maxRssBytes) {
      discard(runner)
    } else {
      idle.push(runner)
    }
    if (result === 'lost' && job.tries < 2 && !job.signal?.aborted && !stopped) waiting.addFirst(job)
    else job.end(result)
    refill()
    dispatch()
  }

  return {
    run(request, { owner = '', signal }) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        if (stopped) return resolve('unavailable')
        if (waiting.size() >= POOL_LIMITS.maxWaiting || waiting.sizeOf(owner) >= POOL_LIMITS.maxWaitingOfOwner)
          return resolve('busy')
        lastId += 1
        const abort = () => {
          waiting.remove(job)
          reject(signal!.reason)
        }
        const job: Job = {
          request: { ...request, id: lastId },
          owner,
          signal,
          tries: 0,
          end(result) {
            signal?.removeEventListener('abort', abort)
            resolve(result)
          },
        }
        signal?.addEventListener('abort', abort, { once: true })
        waiting.add(job)
        refill()
        dispatch()
      })
    },
    warm: refill,
    async stop() {
      stopped = true
      clearTimeout(restart)
      for (const job of waiting.drain()) job.end('unavailable')
      const all = [...runners]
      for (const runner of all) runner.kill()
      await Promise.all(all.map(({ exited }) => exited))
    },
    pids: () => [...runners].map(({ pid }) => pid),
  }
}
