import { expect, test } from 'vitest'
import type { NodeRun } from '../execution.ts'
import { FenceError } from '../ports.ts'
import { createMemoryExecution, SimulatedCrash } from './memory-execution.ts'
import { createMemoryPorts } from './memory-ports.ts'

const entry = (path: string): NodeRun => ({
  path,
  node: path,
  type: 'set',
  status: 'succeeded',
  attempt: 1,
  startedAt: '',
})
const system = { kind: 'system', userId: null, role: null } as const

function setUp() {
  const ports = createMemoryPorts()
  const execution = createMemoryExecution(ports)
  const write = async (session: ReturnType<typeof execution.claim>) =>
    session.transact([entry('a')], async (tx) => {
      await ports.records.create(tx, 'orders', { amount: 1 }, system)
      await ports.events.emit(tx, {
        name: 'e',
        params: {},
        source: { executionId: 'e1', path: 'b', depth: 0, debug: false },
      })
      return { entries: [entry('b')] }
    })
  return { ports, execution, write }
}

test('a transaction commits records, events and journal together', async () => {
  const { ports, execution, write } = setUp()
  await write(execution.claim())
  expect(execution.entries.map(({ path }) => path)).toEqual(['a', 'b'])
  expect(ports.records.all('orders')).toHaveLength(1)
})

test('a crash before a commit leaves nothing of it', async () => {
  const { ports, execution, write } = setUp()
  await expect(write(execution.claim({ crashBefore: 1 }))).rejects.toThrow(SimulatedCrash)
  expect([execution.entries, ports.records.all('orders'), ports.emitted]).toEqual([[], [], []])
})

test('a crash after a commit keeps it, and the process is dead', async () => {
  const { ports, execution, write } = setUp()
  const session = execution.claim({ crashAfter: 1 })
  await expect(write(session)).rejects.toThrow(SimulatedCrash)
  expect(ports.records.all('orders')).toHaveLength(1)
  await expect(session.append([entry('c')])).rejects.toThrow(SimulatedCrash)
  await execution.claim().append([entry('c')])
  expect(execution.entries).toHaveLength(3)
})

test('an earlier claim is fenced off', async () => {
  const { execution, write } = setUp()
  const session = execution.claim()
  execution.claim()
  await expect(write(session)).rejects.toThrow(FenceError)
})

test('a transaction that has ended takes no writes', async () => {
  const ports = createMemoryPorts()
  const { tx, end } = ports.begin()
  end(true)
  await expect(ports.records.create(tx, 'orders', {}, system)).rejects.toThrow('not open')
})

test('a wait is open until it is resolved', async () => {
  const { execution } = setUp()
  await execution.claim().wait([], { kind: 'timer', path: 'a', durationMs: 5 })
  expect(execution.wait).toMatchObject({ path: 'a' })
  execution.resolve('fired')
  expect(execution.wait).toBeUndefined()
  expect(execution.resolutions.get('a')).toEqual({ path: 'a', kind: 'fired', value: null })
})
