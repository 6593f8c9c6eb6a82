import { readFileSync } from 'node:fs'
import { NodeError } from '@ensue/engine/core'
import { pino } from 'pino'
import { afterEach, expect, it, vi } from 'vitest'
import type { RunningSandbox } from './create-sandbox.ts'
import { SLOW_MS } from './paces.ts'
import { createPool, POOL_LIMITS } from './pool.ts'
import type { Runner } from './spawn-runner.ts'
import { createTestSandbox } from './testing/create-test-sandbox.ts'

let running: RunningSandbox | undefined
afterEach(() => running?.pool.stop())

function start(runners?: number) {
  const test = createTestSandbox(runners)
  running = test.sandbox
  return test
}

const ENDLESS = { code: 'for (;;);', inputs: {}, timeoutMs: 3_000 }
const QUICK = { code: 'return 1', inputs: {}, timeoutMs: 5_000 }

const REQUEST = { kind: 'code', code: '', input: '{}', timeoutMs: 100 } as const
const silent = pino({ level: 'silent' })

function fakeRunner(overrides: Partial<Runner>): Runner {
  const { promise: exited, resolve } = Promise.withResolvers<void>()
  return {
    pid: 0,
    ready: Promise.resolve(true),
    exited,
    runs: 0,
    rssBytes: 0,
    run: () => Promise.resolve('lost'),
    kill: resolve,
    ...overrides,
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

it('starts no process before it is needed, and leaves none behind', async () => {
  const { sandbox, run } = start()
  expect(sandbox.pool.pids()).toEqual([])
  await run('return 1')
  const pids = sandbox.pool.pids()
  expect(pids).toHaveLength(2)
  const endless = sandbox.run(ENDLESS)
  await sandbox.pool.stop()
  expect((await endless).error?.code).toBe('sandbox_crashed')
  expect(pids.filter(isAlive)).toEqual([])
  expect((await run('return 1')).error?.code).toBe('sandbox_unavailable')
})

it('tries once more when a runner is killed by somebody else, and replaces it', async () => {
  const { sandbox, run } = start(1)
  await run('return 1')
  const [pid] = sandbox.pool.pids()
  const busy = run('const until = Date.now() + 600; while (Date.now() < until); return "done"')
  process.kill(pid!, 'SIGKILL')
  expect((await busy).output).toBe('done')
  expect(sandbox.pool.pids()).not.toContain(pid)
  expect(isAlive(pid!)).toBe(false)
})

it('fills up again when all its runners are killed while they are idle', async () => {
  const { sandbox, run } = start(2)
  await run('return 1')
  await expect.poll(() => sandbox.pool.pids().filter(isAlive).length, { timeout: 10_000 }).toBe(2)
  const before = sandbox.pool.pids()
  for (const pid of before) process.kill(pid, 'SIGKILL')
  await expect
    .poll(() => sandbox.pool.pids().filter((pid) => isAlive(pid) && !before.includes(pid)).length, { timeout: 10_000 })
    .toBe(2)
}, 30_000)

it('gives up a run whose runners die one after the other', async () => {
  let started = 0
  const pool = createPool(silent, 1, () => {
    started += 1
    return fakeRunner({ run: () => Promise.resolve('lost') })
  })
  expect(await pool.run(REQUEST, {})).toBe('lost')
  expect(started).toBeGreaterThanOrEqual(2)
  await pool.stop()
})

it('serves others beside an endless run, also when its owner has more of them', async () => {
  const { sandbox, run } = start(2)
  await run('return 1')
  const started = performance.now()
  const endless = sandbox.run(ENDLESS, { owner: 'hostile' })
  while (performance.now() - started < 2 * SLOW_MS) await sandbox.run(QUICK, { owner: 'other' })
  const more = [1, 2].map(() => sandbox.run(ENDLESS, { owner: 'hostile' }))
  for (let i = 0; i < 5; i++) expect((await sandbox.run(QUICK, { owner: 'other' })).output).toBe(1)
  expect(performance.now() - started).toBeLessThan(2_500)
  expect((await endless).error?.code).toBe('code_timeout')
  await Promise.all(more)
}, 30_000)

it('keeps a runner for others while an owner has a queue of endless runs', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const kills: (() => void)[] = []
  const pool = createPool(silent, 2, () =>
    fakeRunner({
      run: ({ id, timeoutMs }) =>
        timeoutMs === ENDLESS.timeoutMs
          ? new Promise((resolve) => kills.push(() => resolve('timeout')))
          : Promise.resolve({ id, rssBytes: 0, output: '1' }),
    }),
  )
  try {
    const flood = [1, 2, 3].map(() => pool.run({ ...REQUEST, timeoutMs: ENDLESS.timeoutMs }, { owner: 'hostile' }))
    for (const [index, run] of flood.entries()) {
      for (let i = 0; i < 5; i++) expect(await pool.run(REQUEST, { owner: 'other' })).toMatchObject({ output: '1' })
      await expect.poll(() => kills.length).toBe(index + 1)
      vi.advanceTimersByTime(ENDLESS.timeoutMs)
      kills[index]!()
      expect(await run).toBe('timeout')
    }
  } finally {
    vi.useRealTimers()
    await pool.stop()
  }
})

it('ends a run at its signal, waiting or running, with the reason', async () => {
  const { sandbox, run } = start(1)
  await run('return 1')
  const reason = new NodeError('timeout', 'too long')
  const first = new AbortController()
  const second = new AbortController()
  const active = sandbox.run(ENDLESS, { signal: first.signal })
  const waiting = sandbox.run(QUICK, { signal: second.signal })
  second.abort(reason)
  await expect(waiting).rejects.toBe(reason)
  first.abort(reason)
  await expect(active).rejects.toBe(reason)
  await expect(sandbox.run(QUICK, { signal: first.signal })).rejects.toBe(reason)
  expect((await run('return 3')).output).toBe(3)
})

it('does not count waiting into the limit of the code', async () => {
  const { sandbox, run } = start(1)
  await run('return 1')
  const busy = sandbox.run({ ...ENDLESS, timeoutMs: 700 })
  expect((await sandbox.run({ ...QUICK, timeoutMs: 500 })).output).toBe(1)
  await busy
})

it('takes only so many that wait, and fewer of one owner', async () => {
  const pool = createPool(silent, 1, () => fakeRunner({ run: () => new Promise(() => {}) }))
  const { maxWaiting, maxWaitingOfOwner } = POOL_LIMITS
  const flood = Array.from({ length: maxWaitingOfOwner + 1 }, () => pool.run(REQUEST, { owner: 'flood' }))
  expect(await flood.at(-1)).toBe('busy')
  const others = Array.from({ length: maxWaiting }, (_, n) => pool.run(REQUEST, { owner: `other ${n}` }))
  expect(await others.at(-1)).toBe('busy')
  await pool.stop()
  expect(await others[0]).toBe('unavailable')
})

it('keeps the memory of a runner bounded over hostile runs', async () => {
  const { sandbox, run } = start(1)
  for (let i = 0; i < 10; i++) await run('const all = []; for (;;) all.push(new ArrayBuffer(1e6))', {}, 1_000)
  for (let i = 0; i < 100; i++) await run('return "x".repeat(1e6)')
  const [pid] = sandbox.pool.pids()
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  expect(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1])).toBeLessThan(300_000)
}, 60_000)

it('says so when no runner comes up, instead of waiting', async () => {
  const pool = createPool(silent, 1, () => fakeRunner({ ready: Promise.resolve(false), exited: Promise.resolve() }))
  expect(await pool.run(REQUEST, {})).toBe('unavailable')
  await pool.stop()
})
