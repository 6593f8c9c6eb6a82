import type { Definition, Json, JsonObject } from '@ensue/engine'
import { AppError } from '@ensue/engine/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Arrival, SecretPlaces } from './arrival.ts'
import { contextOf, limitToDeclared } from './webhook-context.ts'

const definitionOf = (config: JsonObject, message: Json = ''): Definition => ({
  sync: false,
  trigger: { type: 'webhook', config },
  nodes: [{ key: 'a', type: 'message', config: { text: message } }],
  options: {},
})
const arrivalOf = (more: Partial<Arrival> = {}): Arrival => {
  const url = more.url ?? '/api/webhooks/k'
  return {
    id: 'delivery',
    requestId: 'request',
    at: 0,
    method: 'POST',
    url,
    headers: {},
    distinct: () => ({}),
    query: () => new URLSearchParams(url.split('?')[1] ?? ''),
    ip: '1.2.3.4',
    body: Buffer.from('{"a": 1}'),
    ...more,
  }
}
const parts = { data: { a: 1 }, params: { id: '7' } }
const context = (more: Partial<Arrival> = {}, definition = definitionOf({}), places: SecretPlaces = {}) =>
  contextOf(arrivalOf(more), definition, places, parts)

describe('the context of a webhook', () => {
  it('is the request', () => {
    expect(context({ headers: { 'x-own': 'y' } })).toEqual({
      data: { a: 1 },
      headers: { 'x-own': 'y' },
      query: {},
      params: { id: '7' },
      method: 'POST',
      ip: '1.2.3.4',
      deliveryId: 'delivery',
      requestId: 'request',
    })
  })

  it('has the query by bracket notation, repeated names as lists', () => {
    const { query } = context({ url: '/api/webhooks/k?a=1&a=2&b[c]=x&q[0][a]=1&__proto__[x]=1&toString=1' })
    expect(query).toEqual({ a: ['1', '2'], b: { c: 'x' }, q: [{ a: '1' }], toString: '1' })
  })

  it('masks what is secret', () => {
    const headers = { authorization: 'Bearer x', cookie: 'a', 'x-api-key': 'k', 'stripe-signature': 't=1', host: 'h' }
    const places = { headers: ['x-api-key'], queryParameter: 'token' }
    const masked = context({ headers, url: '/api/webhooks/k?a=1&token=secret&token=more' }, definitionOf({}), places)
    expect(masked.headers).toEqual({
      authorization: '[masked]',
      cookie: '[masked]',
      'x-api-key': '[masked]',
      'stripe-signature': '[masked]',
      host: 'h',
    })
    expect(masked.query).toEqual({ a: '1', token: '[masked]' })
  })

  it.each([
    ['{{$context.rawBody}}', true],
    ['{{$context.`rawBody`}}', true],
    ['{{$string($context)}}', true],
    ['{{$lookup($context, "raw" & "Body")}}', true],
    ['{{$context.(x)}}', true],
    ['{{$context.data.a}} {{$body.a}} {{ $context . query }}', false],
    ['', false],
  ])('of a definition with %s has the raw body: %s', (text, expected) => {
    expect(Object.hasOwn(context({}, definitionOf({}, text)), 'rawBody')).toBe(expected)
  })

  it('has the raw body as it came, as base64 when it is no text', () => {
    const definition = definitionOf({}, '{{$context.rawBody}}')
    expect(context({}, definition).rawBody).toBe('{"a": 1}')
    expect(context({ body: Buffer.from([0xff, 0]) }, definition).rawBody).toBe('/wA=')
    expect(context({ body: Buffer.from('a\u0000') }, definition).rawBody).toBe('a\uFFFD')
  })
})

describe('limited to what is declared', () => {
  const variables = { headers: ['X-Own', 'x-gone'], query: [{ path: 'q[0].a' }], body: [{ path: 'b.c', alias: 'C' }] }
  const full = {
    ...context({ headers: { 'x-own': 'y', host: 'h' }, url: '/k?q[0][a]=1&q[0][b]=2&z=3' }),
    data: { a: 1, b: { c: 2, d: 3 } },
    rawBody: 'all of it',
  }

  it('holds nothing else of body, query and headers', () => {
    expect(limitToDeclared(full, definitionOf({ onlyDeclared: true, variables }))).toEqual({
      ...context(),
      data: { b: { c: 2 } },
      query: { q: [{ a: '1' }] },
      headers: { 'x-own': 'y' },
    })
  })

  it('holds nothing at all of them when nothing is declared', () => {
    expect(limitToDeclared(full, definitionOf({ onlyDeclared: true }))).toMatchObject({
      data: {},
      query: {},
      headers: {},
      params: { id: '7' },
    })
  })

  it('is the whole one without the switch', () => {
    expect(limitToDeclared(full, definitionOf({ variables }))).toBe(full)
  })
})

it('takes any query with a context or a 4xx, and leaves Object.prototype alone', () => {
  const piece = fc.oneof(fc.string(), fc.constantFrom('[', ']', '&', '=', '__proto__', 'constructor', '%5B', '%', '[]'))
  fc.assert(
    fc.property(fc.array(piece), fc.dictionary(fc.string(), fc.string()), (pieces, headers) => {
      try {
        context({ url: `/k?${pieces.join('')}`, headers }, definitionOf({}), { queryParameter: 'a' })
      } catch (error) {
        expect(error).toBeInstanceOf(AppError)
        expect((error as AppError).status).toBe(400)
      }
      expect(Object.keys(Object.prototype)).toEqual([])
    }),
    { numRuns: 1_000 },
  )
})
