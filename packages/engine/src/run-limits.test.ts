import { describe, expect, it } from 'vitest'
import { compileWorkflow } from './compile-workflow.ts'
import type { JsonObject } from './core/json.ts'
import { LIMITS, type NodeDefinition } from './definition.ts'
import { foldJournal } from './journal.ts'
import { runExecution } from './run-execution.ts'
import { createMemoryExecution, createMemoryPorts } from './testing/index.ts'

async function run(nodes: NodeDefinition[], context: JsonObject = {}) {
  const ports = createMemoryPorts()
  const execution = createMemoryExecution(ports)
  const definition = { sync: false, trigger: { type: 'manual', config: {} }, nodes, options: {} }
  const end = await runExecution({
    workflow: compileWorkflow('w', definition),
    execution: { id: 'e1', workflowKey: 'w', context, sync: false, debug: false, depth: 0, queuedAt: '' },
    session: execution.claim(),
    journal: foldJournal(execution.entries),
    resolutions: execution.resolutions,
    ports,
    actor: { kind: 'system', userId: null, role: null },
    signal: new AbortController().signal,
  })
  return { end, ports }
}
const calculate = (key: string, expression: string): NodeDefinition => ({
  key,
  type: 'calculate',
  config: { expression },
})
const quarter = 'x'.repeat(LIMITS.maxOutputBytes / 4)

describe('an output that is too large', () => {
  it.each<[string, NodeDefinition]>([
    ['a calculation', calculate('big', '[$context.q, $context.q, $context.q, $context.q]')],
    [
      'variables',
      { key: 'big', type: 'set', config: { values: { a: '{{[$context.q, $context.q, $context.q, $context.q]}}' } } },
    ],
    ['an end', { key: 'big', type: 'end', config: { output: '{{[$context.q, $context.q, $context.q, $context.q]}}' } }],
  ])('fails its node: %s', async (_, node) => {
    const { end } = await run([node], { q: quarter })
    expect(end).toMatchObject({ result: { status: 'failed', error: { code: 'output_too_large', node: 'big' } } })
  })

  it('undoes what a node has written', async () => {
    const values = { a: '{{$context.q}}', b: '{{$context.q}}', c: '{{$context.q}}', d: '{{$context.q}}' }
    const node = { key: 'big', type: 'record.create', config: { collection: 'payouts', values } }
    const { end, ports } = await run([node], { q: quarter })
    expect(end).toMatchObject({ result: { error: { code: 'output_too_large' } } })
    expect(ports.records.all('payouts')).toEqual([])
  })

  it('is one byte more than an output may be', async () => {
    const { end } = await run([calculate('fits', '$context.q')], { q: quarter.repeat(4).slice(2) })
    expect(end).toMatchObject({ result: { status: 'succeeded' } })
  })
})

it('a run whose node runs are too large together fails', async () => {
  const count = Math.ceil(LIMITS.maxJournalBytes / LIMITS.maxOutputBytes) + 1
  const nodes = Array.from({ length: count }, (_, i) => calculate(`n${i}`, '$context.q'))
  const { end } = await run(nodes, { q: quarter.repeat(4).slice(2) })
  expect(end).toMatchObject({
    result: { status: 'failed', error: { code: 'journal_too_large', node: expect.stringMatching(/^n3\d$/) } },
  })
})
