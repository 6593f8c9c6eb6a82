import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import type { ActionCall } from './action.ts'
import { checkRights, triggerTarget } from './check-rights.ts'

let test: TestApp
const clerk = { kind: 'user' as const, userId: null, email: null, roles: ['clerk'], role: 'clerk' }
const call = (more: Partial<ActionCall>): ActionCall => ({ collection: 'posts', action: 'list', ...more })
const check = (more: Partial<ActionCall>) => () => checkRights(test.app, clerk, test.app.registry.current(), call(more))

beforeAll(async () => {
  test = await createTestApp({ ENSUE_ROLE: 'http' })
  for (const body of [
    { name: 'vaults', fields: [{ name: 'text', type: 'string' }] },
    {
      name: 'tags',
      fields: [
        { name: 'label', type: 'string' },
        { name: 'secret', type: 'belongsTo', target: 'vaults' },
      ],
    },
    {
      name: 'posts',
      fields: [
        { name: 'title', type: 'string' },
        { name: 'tags', type: 'belongsToMany', target: 'tags' },
      ],
    },
  ])
    await test.call('/api/collections:create', { body })
  const collections = { posts: ['*'], tags: ['list', 'create'] }
  await test.call('/api/roles:set', { body: { name: 'clerk', permissions: { collections } } })
})
afterAll(() => test.stop())

describe('a role that may do all with posts, and list and create tags', () => {
  it.each<Partial<ActionCall>>([
    { appends: ['tags'] },
    { filter: { 'tags.label': 'x' } },
    { action: 'create', values: { title: 'x', tags: [1, { label: 'new' }, { id: 2 }] } },
    { action: 'create', association: 'tags', id: 1, values: { label: 'x' } },
    { action: 'set', association: 'tags', id: 1, values: [1, { label: 'new' }] },
    { action: 'upsert', values: { title: 'x' } },
    { collection: null, action: 'trigger' },
  ])('may %j', (more) => {
    expect(check(more)).not.toThrow()
  })

  it.each<[Partial<ActionCall>, string]>([
    [{ collection: 'tags', action: 'update' }, '"update" on the collection "tags"'],
    [{ collection: 'tags', action: 'upsert', values: {} }, '"update" on the collection "tags"'],
    [{ collection: 'tags', action: 'firstOrCreate', values: {} }, '"get" on the collection "tags"'],
    [{ appends: ['tags.secret'] }, '"list" on the collection "vaults"'],
    [{ fields: ['tags.secret.text'] }, '"list" on the collection "vaults"'],
    [{ action: 'count', filter: { $or: [{ tags: { 'secret.text': 'x' } }] } }, '"list" on the collection "vaults"'],
    [{ action: 'update', values: { tags: [{ id: 2, label: 'changed' }] } }, '"update" on the collection "tags"'],
    [{ action: 'create', values: [{ tags: [{ secret: { text: 'x' } }] }] }, '"create" on the collection "vaults"'],
    [
      { action: 'add', association: 'tags', id: 1, values: [{ id: 2, label: 'x' }] },
      '"update" on the collection "tags"',
    ],
    [{ collection: 'users' }, 'manage users'],
  ])('may not %j', (more, message) => {
    expect(check(more)).toThrow(message)
  })

  it('hears of what is not there before it hears of rights', () => {
    expect(check({ collection: 'gone' })).toThrow(expect.objectContaining({ code: 'not_found' }))
    expect(check({ association: 'gone' })).toThrow('posts has no association "gone".')
  })
})

it('workflows get the records of an association that one is created at, else those of the collection', () => {
  const target = (more: Partial<ActionCall>) => triggerTarget(test.app.registry.current(), call(more))
  expect(target({ action: 'create', association: 'tags' })).toEqual({ collection: 'tags', action: 'create' })
  expect(target({ action: 'add', association: 'tags' })).toEqual({ collection: 'posts', action: 'add' })
  expect(target({ collection: null, action: 'trigger' })).toEqual({ collection: null, action: 'trigger' })
})
