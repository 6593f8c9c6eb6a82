import { expect, test } from 'vitest'
import { z } from 'zod'
import { changedFieldsField, collectionField, credentialField } from '../nodes/config-fields.ts'
import { checkNames } from './check-names.ts'
import type { ValidationEnv } from './env.ts'

const type = { config: z.object({ credential: credentialField('http') }) }

function problems(name: string, secrets: ValidationEnv['secrets']): string[] {
  const found: string[] = []
  checkNames(
    type,
    { credential: name },
    { collection: () => undefined, ...(secrets ? { secrets } : {}) },
    (path, code) => found.push(`${path} ${code}`),
  )
  return found
}

test('a credential is a secret of its kind', () => {
  const secrets = new Map([
    ['API', 'http'],
    ['MAIL', 'smtp'],
  ] as const)
  expect(problems('API', secrets)).toEqual([])
  expect(problems('MAIL', secrets)).toEqual(['credential unknown_secret'])
  expect(problems('GONE', secrets)).toEqual(['credential unknown_secret'])
  expect(problems('GONE', undefined)).toEqual([])
})

test('a trigger of writes is not about what is only read through collections', () => {
  const written = {
    config: z.object({ collection: collectionField({ written: true }), changed: changedFieldsField() }),
  }
  const found = (collection: string, changed: string[]) => {
    const refused: string[] = []
    const env: ValidationEnv = {
      collection: (name) => ({
        fields: ['title', 'pin', 'owner'],
        readOnly: name === 'users',
        canChange: (field) => field !== 'pin',
        association: () => undefined,
      }),
    }
    checkNames(written, { collection, changed }, env, (path, code) => refused.push(`${path} ${code}`))
    return refused
  }
  expect(found('posts', ['title', 'owner'])).toEqual([])
  expect(found('users', [])).toEqual(['collection invalid_config'])
  expect(found('posts', ['title', 'pin'])).toEqual(['changed unknown_field'])
  expect(found('posts', ['nothing'])).toEqual(['changed unknown_field'])
})

test('a credential is named, not computed', () => {
  expect(type.config.safeParse({ credential: '{{$env.NAME}}' }).success).toBe(false)
})
