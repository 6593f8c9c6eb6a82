import type { JsonObject } from '@ensue/engine'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { type DeployOptions, deployWorkflow } from '../testing/deploy-workflow.ts'
import { globalWorkflows } from './action-trigger-config.ts'
import { resolveTriggers } from './resolve-triggers.ts'

let test: TestApp
const snapshot = () => test.app.registry.current()
const names = (key: string, association?: string) => ({ key, association })
const onPosts = { collection: 'posts', action: 'create' } as const

beforeAll(async () => {
  test = await createTestApp({ ENSUE_ROLE: 'http' })
  for (const body of [
    { name: 'tags', fields: [{ name: 'label', type: 'string' }] },
    { name: 'posts', fields: [{ name: 'tags', type: 'belongsToMany', target: 'tags' }] },
  ])
    await test.call('/api/collections:create', { body })
  const deploy = (key: string, type: string, config: JsonObject, options?: DeployOptions) =>
    deployWorkflow(test.app, key, { type, config }, options)
  const all = { collection: 'posts', mode: 'global', actions: ['create', 'create', 'destroy'] }
  await deploy('second-global', 'action', all)
  await deploy('first-before', 'beforeAction', { ...all, actions: ['create'] })
  await deploy('off', 'action', all, { enabled: false })
  await deploy('draft', 'action', all, { deployed: false })
  await deploy('local', 'action', { collection: 'posts' })
  await deploy('of-tags', 'action', { collection: 'tags' })
  await deploy('unreadable', 'action', { collection: 7 })
  await deploy('event', 'event', { events: ['x'] })
  await deploy('button', 'manual', { collection: 'posts', records: 'one' })
  await deploy('alone', 'manual', {})
})
afterAll(() => test.stop())

describe('the workflows of a call', () => {
  it('are those it names, in that order, then the global ones of the action, each once', () => {
    const resolved = resolveTriggers(snapshot(), onPosts, [names('of-tags', 'tags'), names('local')])
    expect(resolved.map(({ workflow, named }) => [workflow.key, named])).toEqual([
      ['of-tags', true],
      ['local', true],
      ['second-global', false],
      ['first-before', false],
    ])
    expect(resolved[0]!.association).toEqual({ path: 'tags', target: 'tags' })
  })

  it('are found by collection and action; the disabled and those never deployed are not among the global ones', () => {
    const keys = (collection: string, action: 'destroy' | 'update') =>
      globalWorkflows(snapshot(), collection, action).map(({ workflow }) => workflow.key)
    expect([keys('posts', 'destroy'), keys('posts', 'update'), keys('tags', 'destroy')]).toEqual([
      ['second-global'],
      [],
      [],
    ])
  })

  it.each([
    ['none', undefined, 'There is no workflow "none".'],
    ['draft', undefined, 'was never deployed'],
    ['off', undefined, 'is disabled'],
    ['unreadable', undefined, 'deploy it again'],
    ['event', undefined, 'is started by "event", not by an action'],
    ['button', undefined, 'start it with the trigger action'],
    ['second-global', undefined, 'is global: it runs on every'],
    ['local', 'tags', 'works on "posts", but would get a record of "tags"'],
    ['local', 'nothing', '"posts" has no association "nothing"'],
  ])('can not be %s!%s', (key, association, message) => {
    expect(() => resolveTriggers(snapshot(), onPosts, [names(key, association)])).toThrow(message)
  })

  it('tell every fault at once, or are left out where that is asked for', () => {
    const named = [names('none'), names('local'), names('off')]
    expect(() => resolveTriggers(snapshot(), onPosts, named)).toThrow(
      expect.objectContaining({ code: 'trigger_invalid', items: [expect.anything(), expect.anything()] }),
    )
    const kept = resolveTriggers(snapshot(), onPosts, named, 'ignore').filter((trigger) => trigger.named)
    expect(kept.map(({ workflow }) => workflow.key)).toEqual(['local'])
  })

  it('of a custom action fit what it is started on', () => {
    const on = (collection: string | null, key: string, association?: string) => () =>
      resolveTriggers(snapshot(), { collection, action: 'trigger' }, [names(key, association)])
    expect(on('posts', 'button')()).toHaveLength(1)
    expect(on(null, 'alone')()).toHaveLength(1)
    expect(on(null, 'button')).toThrow('works on records of "posts", but the call is on nothing')
    expect(on('posts', 'alone')).toThrow('works on no records, but the call is on "posts"')
    expect(on('posts', 'button', 'tags')).toThrow('takes no association')
    expect(on(null, 'local')).toThrow('call its trigger action')
  })
})
