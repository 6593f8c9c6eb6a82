import { expect, it } from 'vitest'
import { NodeError } from '../core/errors.ts'
import { createMemoryPorts, createMemorySandbox, runNode } from '../testing/index.ts'
import { compileConfig } from './compile-config.ts'
import { javascriptNode } from './javascript.ts'
import { validateConfig } from './validate-config.ts'

it('gives the sandbox the code and its inputs, and what it answers as output and log', async () => {
  const sandbox = createMemorySandbox({ run: () => ({ output: { total: 3 }, log: ['one', 'two'] }) })
  const lines: string[] = []
  const outcome = await runNode(
    javascriptNode,
    { code: 'return a', inputs: { a: 1 } },
    createMemoryPorts({ sandbox }),
    { log: (line) => lines.push(line), workflowKey: 'w7' },
  )
  expect(outcome).toEqual({ kind: 'done', output: { total: 3 } })
  expect(lines).toEqual(['one', 'two'])
  expect(sandbox.runs).toMatchObject([
    { run: { code: 'return a', inputs: { a: 1 }, timeoutMs: 5_000 }, options: { owner: 'w7' } },
  ])
})

it('fails with what the code did, and keeps the log', async () => {
  const error = new NodeError('code_failed', 'TypeError: no (line 3)')
  const sandbox = createMemorySandbox({ run: () => ({ error, log: ['before'] }) })
  const lines: string[] = []
  const run = runNode(javascriptNode, { code: 'x()' }, createMemoryPorts({ sandbox }), {
    log: (line) => lines.push(line),
  })
  await expect(run).rejects.toBe(error)
  expect(lines).toEqual(['before'])
})

it('is refused where there is no sandbox', async () => {
  await expect(runNode(javascriptNode, { code: 'return 1' })).rejects.toMatchObject({ code: 'sandbox_unavailable' })
})

it('takes names that can be variables, and five seconds at most', () => {
  const problems = (config: object) =>
    validateConfig(javascriptNode, { code: 'return 1', ...config }).map(({ path }) => path)
  expect(problems({ inputs: { order: 1, $a: 2, 金额: 3 }, timeoutMs: 5_000 })).toEqual([])
  for (const name of ['class', 'await', 'inputs', 'a-b', '1a', 'a b', 'a){evil()', ''])
    expect(problems({ inputs: { [name]: 1 } })).toHaveLength(1)
  expect(problems({ timeoutMs: 5_001 })).toEqual(['timeoutMs'])
  expect(problems({ code: '' })).toEqual(['code'])
})

it('takes its code as it stands', () => {
  const template = compileConfig(javascriptNode, { code: 'const x = {{a: 1}}', inputs: { a: '{{$vars.a}}' } })
  expect(template.problems).toEqual([])
  expect(template.references.map(({ at }) => at)).toEqual(['inputs.a'])
})
