import { describe, expect, it } from 'vitest'
import { grants } from './permissions.ts'

describe('grants', () => {
  it('gives an administrator everything', () => {
    expect(grants({ all: true }, 'users')).toBe(true)
    expect(grants({ all: true }, { collection: 'x', action: 'destroy' })).toBe(true)
  })

  it('reads actions of the collection, else those of all collections', () => {
    const permissions = { collections: { '*': ['list', 'get'], secrets: [], posts: ['*'] } }
    expect(grants(permissions, { collection: 'orders', action: 'list' })).toBe(true)
    expect(grants(permissions, { collection: 'orders', action: 'create' })).toBe(false)
    expect(grants(permissions, { collection: 'secrets', action: 'list' })).toBe(false)
    expect(grants(permissions, { collection: 'posts', action: 'destroy' })).toBe(true)
    expect(grants(permissions, { collection: 'constructor', action: 'list' })).toBe(true)
  })

  it('grants what is listed of workflows only', () => {
    expect(grants({ workflows: ['run'] }, 'workflows.run')).toBe(true)
    expect(grants({ workflows: ['run'] }, 'workflows.edit')).toBe(false)
    expect(grants({}, 'schema')).toBe(false)
    expect(grants({ schema: true }, 'schema')).toBe(true)
  })

  it('grants nothing by default', () => {
    for (const need of ['all', 'users', 'schema', 'workflows.view'] as const) expect(grants({}, need)).toBe(false)
    expect(grants({}, { collection: 'posts', action: 'list' })).toBe(false)
  })
})
