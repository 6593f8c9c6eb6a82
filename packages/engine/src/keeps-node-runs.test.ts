import { describe, expect, it } from 'vitest'
import { compileWorkflow } from './compile-workflow.ts'
import { type Definition, keepsNodeRuns, LOG_LEVELS, type LogLevel } from './definition.ts'
import { foldJournal } from './journal.ts'
import { runExecution } from './run-execution.ts'
import { createMemoryExecution, createMemoryPorts, httpResponse, SimulatedCrash } from './testing/index.ts'

const definition = (logLevel: LogLevel): Definition => ({
  sync: false,
  trigger: { type: 'call', config: {} },
  nodes: [
    { key: 'ask', type: 'http', config: { method: 'GET', url: 'https://example.com/' } },
    { key: 'pay', type: 'record.create', config: { collection: 'payouts', values: { amount: 5 } } },
    { key: 'end', type: 'end', config: { output: { paid: '{{$nodes.pay.amount}}' } } },
  ],
  options: { logLevel },
})

describe('keepsNodeRuns', () => {
  it.each([
    ['all', ['succeeded', 'failed', 'canceled', 'skipped']],
    ['failures', ['failed', 'canceled', 'skipped']],
    ['none', []],
  ] as const)('with "%s" of executions that are %j', (logLevel, kept) => {
    const statuses = ['succeeded', 'failed', 'canceled', 'skipped'] as const
    expect(statuses.filter((status) => keepsNodeRuns(logLevel, { status, debug: false }))).toEqual(kept)
    expect(statuses.filter((status) => keepsNodeRuns(logLevel, { status, debug: true }))).toEqual(statuses)
  })
})

describe('a run whose node runs are not kept', () => {
  it.each(LOG_LEVELS)('is as durable as any until it is over, wherever it crashes: %s', async (logLevel) => {
    const workflow = compileWorkflow('w', definition(logLevel))
    for (let at = 1; at <= 3; at++)
      for (const claim of [{ crashBefore: at }, { crashAfter: at }]) {
        const ports = createMemoryPorts({ http: () => httpResponse(200, {}) })
        const execution = createMemoryExecution(ports)
        const run = (options: object) =>
          runExecution({
            workflow,
            execution: { id: 'e', workflowKey: 'w', context: {}, sync: false, debug: false, depth: 0, queuedAt: '' },
            session: execution.claim(options),
            journal: foldJournal(execution.entries),
            resolutions: execution.resolutions,
            ports,
            actor: { kind: 'system', userId: null, role: null },
            signal: new AbortController().signal,
          })
        await expect(run(claim)).rejects.toThrow(SimulatedCrash)
        if (!execution.result) await run({})
        expect(execution.result).toMatchObject({ status: 'succeeded', output: { paid: 5 } })
        expect((await ports.records.query('payouts', {}, { kind: 'system', userId: null, role: null })).total).toBe(1)
        expect([...foldJournal(execution.entries).keys()]).toEqual(logLevel === 'all' ? ['ask', 'pay', 'end'] : [])
      }
  })
})
