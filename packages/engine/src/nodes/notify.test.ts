import { expect, test } from 'vitest'
import { createMemoryPorts, createNodeContext, runNode } from '../testing/index.ts'
import { notifyNode } from './notify.ts'
import { validateConfig } from './validate-config.ts'

test('tells users by id, address or record, and roles', async () => {
  const ports = createMemoryPorts()
  const outcome = await runNode(
    notifyNode,
    {
      users: ['ada@example.com', 7, { id: 'u1' }, 'u1'],
      roles: 'admin, sales',
      title: 'New',
      text: 'Hi',
      link: '/inbox',
    },
    ports,
  )
  expect(ports.notified).toEqual([
    {
      users: ['ada@example.com', '7', 'u1'],
      roles: ['admin', 'sales'],
      title: 'New',
      text: 'Hi',
      link: '/inbox',
      executionId: 'e1',
    },
  ])
  expect(outcome).toEqual({ kind: 'done', output: { notified: 5 } })
})

test('takes one user as a list of one, and says when nobody was told', async () => {
  const ports = createMemoryPorts()
  await runNode(notifyNode, { users: 'ada@example.com', text: 'Hi' }, ports)
  expect(ports.notified[0]).toMatchObject({ users: ['ada@example.com'], roles: [] })
  const { tx } = ports.begin()
  const context = createNodeContext({ ports, tx })
  expect(await notifyNode.run(notifyNode.config.parse({ users: [], text: 'Hi' }), context)).toMatchObject({
    output: { notified: 0 },
  })
  expect(context.lines[0]).toContain('Nobody was told')
})

test('tells nobody when its transaction is rolled back', async () => {
  const ports = createMemoryPorts()
  const { tx, end } = ports.begin()
  await notifyNode.run(notifyNode.config.parse({ users: 'u1', text: 'Hi' }), createNodeContext({ ports, tx }))
  end(false)
  expect(ports.notified).toEqual([])
})

test('refuses what is no user', async () => {
  await expect(runNode(notifyNode, { users: [{ name: 'Ada' }], text: 'Hi' })).rejects.toMatchObject({
    code: 'notify_bad_user',
  })
})

test.each([
  [{ users: undefined }, 'users'],
  [{ text: '' }, 'text'],
  [{ link: 'javascript:alert(1)' }, 'link'],
  [{ link: '//evil.example' }, 'link'],
  [{ link: '/\\evil.example' }, 'link'],
])('refuses the config with %j', (config, path) => {
  const all = JSON.parse(JSON.stringify({ users: 'u1', text: 'Hi', ...config }))
  expect(validateConfig(notifyNode, all)).toMatchObject([{ path }])
})

test('expressions may stand for users, texts and links', () => {
  const config = { users: '{{$nodes.a.owners}}', text: '{{$context.data.title}}', link: '{{$context.data.url}}' }
  expect(validateConfig(notifyNode, config)).toEqual([])
})
