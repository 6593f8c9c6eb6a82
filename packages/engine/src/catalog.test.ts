import { expect, test } from 'vitest'
import { describeCatalog } from './catalog.ts'
import { isJsonObject } from './core/json.ts'

const catalog = describeCatalog()

test('is JSON', () => {
  expect(JSON.parse(JSON.stringify(catalog))).toEqual(catalog)
})

test.each([...catalog.nodes, ...catalog.triggers])('$type has a title on every setting', ({ configSchema }) => {
  const { properties } = configSchema
  expect(isJsonObject(properties)).toBe(true)
  for (const [name, member] of Object.entries(isJsonObject(properties) ? properties : {}))
    expect(member, name).toMatchObject({ title: expect.any(String) })
})

test('describes a node for menu and form', () => {
  const condition = catalog.nodes.find(({ type }) => type === 'condition')
  expect(condition).toMatchObject({
    category: 'flow',
    branches: [{ name: 'yes' }, { name: 'no' }],
    namedBranches: false,
    traits: { effect: 'pure', waits: false, responds: false, ends: false },
    configSchema: {
      properties: { conditions: { widget: 'conditions' }, onFalse: { widget: 'select', default: 'branch' } },
    },
  })
})

test('tells a form the defaults, also of members that are prepared before they are checked', () => {
  const properties = (type: string) => catalog.nodes.find((node) => node.type === type)?.configSchema.properties
  expect(properties('http')).toMatchObject({ method: { default: 'GET' }, timeoutMs: { default: 5_000 } })
  expect(properties('review')).toMatchObject({ decisions: { default: [{ name: 'approve' }, { name: 'reject' }] } })
})

test('requires of a form what has no default', () => {
  const required = (type: string) => catalog.nodes.find((node) => node.type === type)?.configSchema.required
  expect(required('record.create')).toEqual(['collection'])
  expect(required('review')).toEqual(['title', 'assignees'])
  expect(required('delay')).toBeUndefined()
})
