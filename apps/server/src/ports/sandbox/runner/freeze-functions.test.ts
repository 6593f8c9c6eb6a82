import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import { FUNCTION_NAMES } from './freeze-functions.ts'

it('knows every function of JSONata', () => {
  const source = readFileSync(createRequire(import.meta.url).resolve('jsonata'), 'utf8')
  const bound = [...source.matchAll(/staticFrame\.bind\('(\w+)'/g)].map(([, name]) => name)
  expect(FUNCTION_NAMES).toEqual(bound.sort())
})
