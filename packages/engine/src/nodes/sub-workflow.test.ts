import { expect, it } from 'vitest'
import { createMemoryPorts, createNodeContext, runNode } from '../testing/index.ts'
import { subWorkflowNode } from './sub-workflow.ts'

const call = { workflow: 'price', input: { qty: 2 } }

it('starts the workflow in its transaction and waits for its end', async () => {
  const ports = createMemoryPorts()
  expect(
    await runNode(subWorkflowNode, call, ports, { path: 'sub', depth: 3, user: { id: 'u1' }, role: 'member' }),
  ).toEqual({
    kind: 'wait',
    for: { kind: 'execution', executionId: 'called-1' },
  })
  expect(ports.called).toEqual([
    {
      workflow: 'price',
      input: { qty: 2 },
      source: { executionId: 'e1', path: 'sub', attempt: 1, depth: 3, debug: false },
      user: { id: 'u1' },
      role: 'member',
    },
  ])
})

it('goes on at once when it is told not to wait, with the execution', async () => {
  for (const sync of [false, true])
    expect(await runNode(subWorkflowNode, { ...call, wait: false }, createMemoryPorts(), { sync })).toEqual({
      kind: 'done',
      output: { executionId: 'called-1' },
    })
})

it('runs the workflow here and now in a sync run', async () => {
  const ports = createMemoryPorts({ workflow: ({ input }) => ({ status: 'succeeded', output: { of: input } }) })
  expect(await runNode(subWorkflowNode, call, ports, { sync: true, tx: undefined })).toEqual({
    kind: 'done',
    output: { of: { qty: 2 } },
  })
})

it.each([
  [{ status: 'failed', error: { code: 'x', message: 'No stock.' } }, 'sub_workflow_failed', /"price" failed: No stock/],
  [{ status: 'canceled' }, 'sub_workflow_canceled', /canceled/],
  [{ status: 'running' }, 'sub_workflow_unfinished', /not over in time/],
])('fails when the workflow ended as %j', async (end, code, message) => {
  const resolution = { path: 'sub', kind: 'ended', value: { executionId: 'e2', ...end } } as const
  const resume = async () =>
    subWorkflowNode.resume!({ ...call, wait: true }, resolution, createNodeContext({ path: 'sub' }))
  await expect(resume()).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
})
