import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileWorkflow } from './compile-workflow.ts'
import type { JsonObject } from './core/json.ts'
import type { NodeDefinition } from './definition.ts'
import { foldJournal } from './journal.ts'
import { runExecution } from './run-execution.ts'
import type { RunEnd } from './run-input.ts'
import {
  type ClaimOptions,
  createMemoryExecution,
  createMemoryPorts,
  httpResponse,
  type MemoryExecution,
  type MemoryPorts,
  SimulatedCrash,
} from './testing/index.ts'

interface Options {
  sync?: boolean
  claim?: ClaimOptions
  ports?: MemoryPorts
  execution?: MemoryExecution
}

async function run(nodes: NodeDefinition[], context: JsonObject = {}, options: Options = {}) {
  const ports = options.ports ?? createMemoryPorts()
  const execution = options.execution ?? createMemoryExecution(ports)
  const definition = { sync: options.sync ?? false, trigger: { type: 'manual', config: {} }, nodes, options: {} }
  const end = await runExecution({
    workflow: compileWorkflow('w', definition),
    execution: { id: 'e1', workflowKey: 'w', context, sync: definition.sync, debug: false, depth: 0, queuedAt: '' },
    session: execution.claim(options.claim),
    journal: foldJournal(execution.entries),
    resolutions: execution.resolutions,
    ports,
    actor: { kind: 'system', userId: null, role: null },
    signal: new AbortController().signal,
  })
  return { end, ports, execution, runs: foldJournal(execution.entries) }
}

const calculate = (key: string, expression: string): NodeDefinition => ({
  key,
  type: 'calculate',
  config: { expression },
})
const create = (key: string, values: JsonObject): NodeDefinition => ({
  key,
  type: 'record.create',
  config: { collection: 'payouts', values },
})

describe('runExecution', () => {
  it('walks the branch that a condition takes and goes on after it', async () => {
    const nodes: NodeDefinition[] = [
      {
        key: 'over',
        type: 'condition',
        config: { conditions: { all: [{ left: '{{$context.data.amount}}', operator: 'gt', right: 500 }] } },
        branches: { yes: [calculate('high', '{{"high"}}')], no: [calculate('low', '{{"low"}}')] },
      },
      calculate('after', '{{1 + 1}}'),
    ]
    const { runs, end } = await run(nodes, { data: { amount: 900 } })
    expect([...runs.keys()]).toEqual(['over', 'high', 'after'])
    expect(runs.get('over')?.branch).toBe('yes')
    expect(end).toMatchObject({ kind: 'finished', result: { status: 'succeeded' } })
  })

  it('writes a run of pure nodes in one commit, at its end', async () => {
    const { execution } = await run(Array.from({ length: 50 }, (_, i) => calculate(`n${i}`, '{{1}}')))
    expect(execution.commits).toBe(1)
    expect(execution.entries).toHaveLength(50)
  })

  it('fails the node and the run, with the path, when a strict reference is missing', async () => {
    const nodes: NodeDefinition[] = [
      {
        key: 'find',
        type: 'record.query',
        config: { collection: 'payouts', filter: { id: '{{$context.data.missing}}' } },
      },
    ]
    const { end, runs } = await run(nodes, { data: {} })
    expect(end).toMatchObject({
      result: { status: 'failed', error: { code: 'unresolved_reference', node: 'find', path: 'filter.id' } },
    })
    expect(runs.get('find')?.status).toBe('failed')
  })

  it('goes on after a failed node that says continue', async () => {
    const nodes: NodeDefinition[] = [
      { key: 'call', type: 'http', config: { method: 'GET', url: 'https://example.com' }, onError: 'continue' },
      calculate('after', '{{$nodes.call.error.code}}'),
    ]
    const ports = createMemoryPorts({ http: () => httpResponse(500, 'down') })
    const { end, runs } = await run(nodes, {}, { ports })
    expect(end).toMatchObject({ result: { status: 'succeeded' } })
    expect(runs.get('after')?.output).toBe('http_status')
  })

  it('retries with pauses and one idempotency key', async () => {
    let calls = 0
    const ports = createMemoryPorts({
      http: () => (++calls < 3 ? httpResponse(503, 'later') : httpResponse(200, { ok: true })),
    })
    const nodes: NodeDefinition[] = [
      {
        key: 'call',
        type: 'http',
        config: { method: 'POST', url: 'https://example.com' },
        retry: { maxAttempts: 3, delayMs: 10, backoff: 'exponential' },
      },
    ]
    const { end, runs } = await run(nodes, {}, { ports, sync: true })
    expect(end).toMatchObject({ result: { status: 'succeeded' } })
    expect(runs.get('call')).toMatchObject({ attempt: 3, status: 'succeeded' })
    const keys = ports.requests.map(
      (request) => request.headers['idempotency-key'] ?? request.headers['Idempotency-Key'],
    )
    expect(new Set(keys)).toEqual(new Set(['e1-call']))
  })

  it('fails a node that takes longer than its time', async () => {
    const ports = createMemoryPorts()
    ports.http = {
      request: (_, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
        ),
    }
    const nodes: NodeDefinition[] = [
      { key: 'call', type: 'http', config: { method: 'GET', url: 'https://example.com' }, timeoutMs: 20 },
    ]
    const { end } = await run(nodes, {}, { ports })
    expect(end).toMatchObject({ result: { status: 'failed', error: { code: 'timeout', node: 'call' } } })
  })

  it('parks at a wait, and goes on from there without running anything twice', async () => {
    const nodes: NodeDefinition[] = [
      create('before', { n: 1 }),
      { key: 'pause', type: 'delay', config: { durationMs: 60_000 } },
      create('after', { n: 2 }),
    ]
    const first = await run(nodes)
    expect(first.end).toEqual({ kind: 'waiting' })
    expect(first.execution.wait).toMatchObject({ kind: 'timer', path: 'pause', durationMs: 60_000 })
    first.execution.resolve('fired')
    const second = await run(nodes, {}, first)
    expect(second.end).toMatchObject({ result: { status: 'succeeded' } })
    expect(second.ports.records.all('payouts').map((row) => row.n)).toEqual([1, 2])
  })

  it('sends a keyed POST again, with the same key, after a crash in the middle of it', async () => {
    const nodes: NodeDefinition[] = [
      { key: 'pay', type: 'http', config: { method: 'POST', url: 'https://example.com' } },
    ]
    const ports = createMemoryPorts()
    const execution = createMemoryExecution(ports)
    await expect(run(nodes, {}, { ports, execution, claim: { crashAfter: 1 } })).rejects.toThrow(SimulatedCrash)
    expect(foldJournal(execution.entries).get('pay')?.status).toBe('started')
    const { end } = await run(nodes, {}, { ports, execution })
    // A POST carries its idempotency key, so it is sent again.
    expect(end).toMatchObject({ result: { status: 'succeeded' } })
  })

  it('does every database effect exactly once, wherever it crashes', async () => {
    const leaf = (key: string) =>
      fc.constantFrom(calculate(key, '{{$context.data.n + 1}}'), create(key, { key }), {
        key,
        type: 'set',
        config: { values: { [key]: '{{$context.data.n}}' } },
      })
    const definition = fc
      .array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3 }), fc.boolean()), { minLength: 1, maxLength: 6 })
      .chain((shape) =>
        fc.tuple(
          ...shape.map(
            ([branching, size, truth], i): fc.Arbitrary<NodeDefinition> =>
              branching
                ? fc.tuple(...Array.from({ length: size }, (_, j) => leaf(`n${i}_${j}`))).map((inner) => ({
                    key: `c${i}`,
                    type: 'condition',
                    config: { expression: truth ? '{{true}}' : '{{false}}' },
                    branches: { yes: inner, no: [create(`no${i}`, { key: `no${i}` })] },
                  }))
                : leaf(`n${i}`),
          ),
        ),
      )
    await fc.assert(
      fc.asyncProperty(definition, fc.integer({ min: 1, max: 8 }), fc.boolean(), async (nodes, at, after) => {
        const expected = await run(nodes, { data: { n: 1 } })
        const ports = createMemoryPorts()
        const execution = createMemoryExecution(ports)
        let end: RunEnd | undefined
        try {
          const crashed = await run(
            nodes,
            { data: { n: 1 } },
            { ports, execution, claim: after ? { crashAfter: at } : { crashBefore: at } },
          )
          end = crashed.end
        } catch (error) {
          if (!(error instanceof SimulatedCrash)) throw error
          if (!execution.result) end = (await run(nodes, { data: { n: 1 } }, { ports, execution })).end
        }
        expect(end ?? { result: execution.result }).toMatchObject({ result: { status: 'succeeded' } })
        expect(ports.records.all('payouts').map((row) => row.key)).toEqual(
          expected.ports.records.all('payouts').map((row) => row.key),
        )
        expect([...foldJournal(execution.entries).keys()].toSorted()).toEqual([...expected.runs.keys()].toSorted())
      }),
    )
  })
})
