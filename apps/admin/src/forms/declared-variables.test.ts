import { expect, it } from 'vitest'
import type { JsonObject } from '../api/types.ts'
import { declaredVariables } from './declared-variables.ts'

const variables: JsonObject = {
  headers: ['X-Request-Id'],
  query: [{ path: 'q[0].a' }],
  body: [{ path: 'items[0].sku', alias: 'First SKU', type: 'string' }, { path: '`a.b`.c-d', alias: '' }, 'no variable'],
}

it('offers declared variables by alias, at the path that expressions read', () => {
  expect(declaredVariables('data', '$context.data', variables)).toEqual([
    { path: '$context.data.items[0].sku', label: 'First SKU', type: 'string' },
    { path: '$context.data.`a.b`.`c-d`', label: '`a.b`.c-d' },
  ])
  expect(declaredVariables('query', '$context.query', variables)).toEqual([
    { path: '$context.query.q[0].a', label: 'q[0].a' },
  ])
  expect(declaredVariables('headers', '$context.headers', variables)).toEqual([
    { path: '$context.headers.`x-request-id`', label: 'X-Request-Id', type: 'string' },
  ])
})

it('offers nothing where nothing is declared', () => {
  expect(declaredVariables('params', '$context.params', variables)).toEqual([])
  expect(declaredVariables('data', '$context.data', undefined)).toEqual([])
})
