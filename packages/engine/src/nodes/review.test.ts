import { describe, expect, test } from 'vitest'
import type { Json } from '../core/json.ts'
import { createNodeContext, runNode } from '../testing/index.ts'
import { reviewNode } from './review.ts'
import { validateConfig } from './validate-config.ts'

const config = { title: 'Review', assignees: { roles: ['supervisor'] } }

function resume(kind: 'decided' | 'expired', value: Json, more: object = {}) {
  const parsed = reviewNode.config.parse({ ...config, ...more })
  return reviewNode.resume?.(parsed, { path: 'node', kind, value }, createNodeContext())
}

describe('asking', () => {
  test('makes a task with the default decisions', async () => {
    expect(await runNode(reviewNode, config)).toEqual({
      kind: 'wait',
      for: {
        kind: 'task',
        task: {
          node: 'node',
          title: 'Review',
          users: [],
          roles: ['supervisor'],
          decisions: [
            { name: 'approve', label: 'Approve' },
            { name: 'reject', label: 'Reject' },
          ],
        },
      },
    })
  })

  test('takes users as ids, addresses and records, each once', async () => {
    const assignees = { users: [7, 'a@b.c'], expression: [{ id: 7 }, { id: 'u8' }, 'a@b.c'] }
    const task = { users: ['7', 'a@b.c', 'u8'], roles: [] }
    expect(await runNode(reviewNode, { ...config, assignees })).toMatchObject({ for: { task } })
  })

  test('fails when nobody is left to ask', async () => {
    const run = (expression: Json) => runNode(reviewNode, { ...config, assignees: { expression } })
    await expect(run([])).rejects.toMatchObject({ code: 'review_no_assignee' })
    await expect(run(null)).rejects.toMatchObject({ code: 'review_no_assignee' })
    await expect(run([true])).rejects.toMatchObject({ code: 'review_bad_assignee' })
  })
})

describe('the answer', () => {
  test('takes the branch of the decision', () => {
    const value = { decision: 'reject', values: { note: 'no' }, comment: 'Too much', by: 'u1' }
    expect(resume('decided', value)).toEqual({ kind: 'done', branch: 'reject', output: value })
  })

  test('takes the branch expired after the due date', () => {
    expect(resume('expired', null, { dueInMs: 1_000 })).toMatchObject({ branch: 'expired', output: { by: null } })
  })

  test('fails on a decision that the review does not have', () => {
    expect(() => resume('decided', { decision: 'maybe' })).toThrow('decision')
  })
})

test('names its branches after the decisions, and expired with a due date', () => {
  const names = (more: Parameters<NonNullable<typeof reviewNode.branches>>[0]) =>
    reviewNode.branches?.(more).map(({ name }) => name)
  expect(names({})).toEqual(['approve', 'reject'])
  expect(names({ decisions: [{ name: 'ok' }], dueInMs: 5_000 })).toEqual(['ok', 'expired'])
})

test.each([
  [{ title: 'a' }, 'assignees'],
  [{ ...config, assignees: {} }, 'assignees'],
  [{ ...config, assignees: { users: [] } }, 'assignees'],
  [{ ...config, decisions: [{ name: 'expired' }] }, 'decisions.0.name'],
  [{ ...config, decisions: [{ name: 'a' }, { name: 'a' }] }, 'decisions'],
  [{ ...config, dueInMs: 5 }, 'dueInMs'],
])('refuses the config %j', (bad, path) => {
  expect(validateConfig(reviewNode, bad)).toMatchObject([{ path }])
})

test('says which modes this version has', () => {
  expect(validateConfig(reviewNode, { ...config, mode: 'all' })).toEqual([
    { path: 'mode', code: 'invalid_config', message: expect.stringContaining('Only the mode "any"') },
  ])
})
