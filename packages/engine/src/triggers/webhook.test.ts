import { expect, test } from 'vitest'
import type { JsonObject } from '../core/json.ts'
import { compileConfig } from '../nodes/compile-config.ts'
import { configSchemaOf } from '../nodes/config-schema.ts'
import { validateConfig } from '../nodes/validate-config.ts'
import { webhookTrigger } from './webhook.ts'

test('takes POST up to 1 MiB without authentication by default', () => {
  expect(webhookTrigger.config.parse({})).toEqual({ methods: ['POST'], maxBytes: 1_048_576, deadlineMs: 30_000 })
})

test('types the parameters of its path', () => {
  const config = webhookTrigger.config.parse({ path: '/orders/:orderId/items/:sku' })
  expect(webhookTrigger.variableTypes?.(config).params).toMatchObject({
    schema: { properties: { orderId: { type: 'string' }, sku: { type: 'string' } } },
  })
})

test('types what is declared, with aliases as titles', () => {
  const { data, query, headers } = webhookTrigger.variableTypes!(
    webhookTrigger.config.parse({
      variables: {
        headers: 'X-Request-Id, Date',
        query: [{ path: 'q[1].a' }],
        body: [
          { path: 'b', type: 'object' },
          { path: 'b.c', alias: 'Amount', type: 'number' },
        ],
      },
    }),
  )
  expect(headers).toMatchObject({ schema: { properties: { 'x-request-id': { type: 'string' }, date: {} } } })
  expect(query).toEqual({
    kind: 'schema',
    schema: {
      type: 'object',
      properties: { q: { type: 'array', prefixItems: [{}, { type: 'object', properties: { a: {} } }] } },
    },
  })
  expect(data).toEqual({
    kind: 'schema',
    schema: {
      type: 'object',
      properties: { b: { type: 'object', properties: { c: { title: 'Amount', type: 'number' } } } },
    },
  })
})

test.each<JsonObject>([
  { type: 'none' },
  { type: 'basic', username: 'shop', password: '{{$secrets.X}}' },
  { type: 'bearer', token: 'sixteen-letters!' },
  { type: 'bearer', token: '{{ $secrets.X }}', header: 'X-Api-Key' },
  { type: 'query', token: '{{$env.X}}' },
  { type: 'jwt', secret: '{{$secrets.X}}', algorithms: 'HS256', requiredClaims: ['sub'] },
  { type: 'jwt', jwks: 'https://login.example.com/jwks.json', issuer: 'a, b' },
  { type: 'jwt', jwks: '{"keys":[{"kty":"RSA"}]}' },
])('takes the authentication %j', (auth) => {
  expect(validateConfig(webhookTrigger, { auth })).toEqual([])
  expect(compileConfig(webhookTrigger, { auth }).problems).toEqual([])
})

test.each([
  [false, false],
  [{ off: true }, false],
  [{ header: 'X-Id' }, { header: 'x-id', windowMs: 86_400_000 }],
  [
    { expression: '{{$body.id}}', windowMs: 1_000 },
    { expression: '{{$body.id}}', windowMs: 1_000 },
  ],
])('reads the dedupe %j', (dedupe, read) => {
  expect(webhookTrigger.config.parse({ dedupe }).dedupe).toEqual(read)
})

test('compiles a bare expression, and leaves a JSON Schema alone', () => {
  const template = compileConfig(webhookTrigger, {
    dedupe: { expression: '$body.id' },
    schema: { description: '{{ no expression' },
  })
  expect(template.problems).toEqual([])
  expect(template.references).toMatchObject([{ root: 'context', at: 'dedupe.expression' }])
})

test('is shown as forms, not as JSON', () => {
  const { properties } = configSchemaOf(webhookTrigger) as { properties: Record<string, Record<string, unknown>> }
  const shown = (name: string) => {
    const { oneOf, properties: members, widget, type } = properties[name]!
    return widget ?? (oneOf ? 'variant' : members ? 'object' : type)
  }
  expect(Object.keys(properties).map((name) => `${name} ${shown(name)}`)).toEqual([
    'methods select',
    'path string',
    'auth variant',
    'signature variant',
    'ipAllowlist tags',
    'maxBytes integer',
    'rateLimit object',
    'dedupe object',
    'schema jsonSchema',
    'variables object',
    'onlyDeclared boolean',
    'reply object',
    'deadlineMs duration',
  ])
  const titles = (properties.auth!.oneOf as { title?: string }[]).map(({ title }) => title)
  expect(titles.every((title) => typeof title === 'string')).toBe(true)
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
  [{ auth: { type: 'bearer', token: 'fifteen letters' } }, 'auth.token'],
  [{ auth: { type: 'bearer', token: 'sixteen-letters!', header: 'X Y' } }, 'auth.header'],
  // Compared with what the request itself says: everybody would pass.
  [{ auth: { type: 'query', token: '{{$query.token}}' } }, 'auth.token'],
  [{ auth: { type: 'jwt' } }, 'auth.secret'],
  [{ auth: { type: 'jwt', jwks: 'http://a.example/jwks' } }, 'auth.jwks'],
  [{ auth: { type: 'jwt', jwks: 'https://a.example/jwks', algorithms: ['HS256'] } }, 'auth.algorithms'],
  [{ auth: { type: 'jwt', secret: '{{$secrets.X}}', algorithms: ['none'] } }, 'auth.algorithms.0'],
  [{ ipAllowlist: ['1.2.3.4', '10.0.0.0/33'] }, 'ipAllowlist.1'],
  [{ ipAllowlist: ['010.0.0.1'] }, 'ipAllowlist.0'],
  [{ ipAllowlist: ['fe80::1%eth0'] }, 'ipAllowlist.0'],
  [{ maxBytes: 33_554_433 }, 'maxBytes'],
  [{ rateLimit: { max: 0 } }, 'rateLimit.max'],
  [{ dedupe: {} }, 'dedupe.header'],
  [{ dedupe: { header: 'a', expression: 'b' } }, 'dedupe.header'],
  [{ variables: { body: [{ path: 'a..b' }] } }, 'variables.body.0.path'],
  [{ variables: { query: [{ path: '__proto__.x' }] } }, 'variables.query.0.path'],
  [{ reply: { headers: { 'Set-Cookie': 'a' } } }, 'reply.headers.Set-Cookie'],
])('refuses the config %j', (config, path) => {
  expect(validateConfig(webhookTrigger, config)).toMatchObject([{ path }])
})
