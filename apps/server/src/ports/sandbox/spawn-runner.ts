import { fork } from 'node:child_process'
import { readReply } from './read-reply.ts'
import { readablePaths } from './readable-paths.ts'
import type { RunnerReply, RunnerRequest } from './runner/protocol.ts'

const ENTRY = new URL('./runner/main.ts', import.meta.url)
const START_TIMEOUT_MS = 20_000
/** V8 ends a process that it has no heap for by a signal of its own. */
const SIGNALS_OF_V8 = new Set<string | null>(['SIGABRT', 'SIGTRAP', 'SIGILL', 'SIGSEGV', 'SIGBUS'])

/** Why there is no reply: over its time · over its memory · the process ended by somebody else's doing. */
export type RunnerEnd = 'timeout' | 'memory' | 'lost'

/** One process, which runs one request at a time. */
export interface Runner {
  pid: number
  /** Whether it has come up. */
  ready: Promise<boolean>
  /** Resolves when the process is no more. */
  exited: Promise<void>
  runs: number
  rssBytes: number
  /** Never rejects. Past `killAfterMs` the process is killed. */
  run(request: RunnerRequest, killAfterMs: number): Promise<RunnerReply | RunnerEnd>
  kill(): void
}

let readable: string[] | undefined

/** Starts a process that can do nothing but compute: no environment, no files but its own code, no processes, no network, no
 *  code from text in its own engine, a bounded heap, built-in objects that can't be changed. */
export function spawnRunner(): Runner {
  readable ??= readablePaths(ENTRY)
  const child = fork(ENTRY, [], {
    env: {},
    cwd: '/',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Not `advanced`: its decoder is not made for bytes of somebody who can't be trusted.
    serialization: 'json',
    execArgv: [
      '--permission',
      ...readable.map((path) => `--allow-fs-read=${path}`),
      '--disallow-code-generation-from-strings',
      '--disable-proto=delete',
      '--frozen-intrinsics',
      '--max-old-space-size=96',
      '--max-semi-space-size=4',
      '--single-threaded',
    ],
  })
  let kill: RunnerEnd | undefined
  let answer: ((end: RunnerReply | RunnerEnd) => void) | undefined
  const { promise: exited, resolve: setExited } = Promise.withResolvers<void>()
  const { promise: ready, resolve: setReady } = Promise.withResolvers<boolean>()
  const startTimer = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS)

  function gone(signal: string | null): void {
    clearTimeout(startTimer)
    setReady(false)
    answer?.(kill ?? (SIGNALS_OF_V8.has(signal) ? 'memory' : 'lost'))
    setExited()
  }
  child.on('exit', (_code, signal) => gone(signal))
  child.on('error', () => {
    if (child.pid === undefined) gone(null)
  })
  child.on('message', (message) => {
    if ((message as { ready?: unknown } | null)?.ready === true) {
      clearTimeout(startTimer)
      setReady(true)
      return
    }
    const reply = readReply(message)
    // Not from the code that we wrote.
    if (!reply) child.kill('SIGKILL')
    else answer?.(reply)
  })

  const runner: Runner = {
    pid: child.pid ?? 0,
    ready,
    exited,
    runs: 0,
    rssBytes: 0,
    run(request, killAfterMs) {
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          kill = 'timeout'
          child.kill('SIGKILL')
        }, killAfterMs)
        answer = (end) => {
          if (typeof end !== 'string' && end.id !== request.id) return
          clearTimeout(timer)
          answer = undefined
          runner.runs += 1
          if (typeof end !== 'string') runner.rssBytes = end.rssBytes
          resolve(end)
        }
        if (!child.connected) answer('lost')
        else child.send(request, () => {})
      })
    },
    kill() {
      child.kill('SIGKILL')
    },
  }
  return runner
}
