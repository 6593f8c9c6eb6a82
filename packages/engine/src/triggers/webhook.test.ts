import { expect, test } from 'vitest'
import { validateConfig } from '../nodes/validate-config.ts'
import { webhookTrigger } from './webhook.ts'

test('takes POST without authentication by default', () => {
  expect(webhookTrigger.config.parse({})).toEqual({ methods: ['POST'] })
})

test('types the parameters of its path', () => {
  const config = webhookTrigger.config.parse({ path: '/orders/:orderId/items/:sku' })
  expect(webhookTrigger.variableTypes?.(config).params).toMatchObject({
    schema: { properties: { orderId: { type: 'string' }, sku: { type: 'string' } } },
  })
})

test('takes Basic credentials, also from a secret', () => {
  const auth = { type: 'basic', username: 'shop', password: '{{$secrets.X}}' }
  expect(validateConfig(webhookTrigger, { auth })).toEqual([])
})

test.each([
  [{ methods: [] }, 'methods'],
  [{ methods: ['TRACE'] }, 'methods.0'],
  [{ path: 'orders' }, 'path'],
  [{ path: '/../etc' }, 'path'],
  [{ path: '/:a/:a' }, 'path'],
  [{ auth: { type: 'magic' } }, 'auth.type'],
  [{ auth: { type: 'basic', username: 'a:b', password: 'long enough' } }, 'auth.username'],
  [{ auth: { type: 'basic', username: 'a', password: 'short' } }, 'auth.password'],
  [{ reply: { headers: { 'Set-Cookie': 'a' } } }, 'reply.headers.Set-Cookie'],
])('refuses the config %j', (config, path) => {
  expect(validateConfig(webhookTrigger, config)).toMatchObject([{ path }])
})
