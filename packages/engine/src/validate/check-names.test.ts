import { expect, test } from 'vitest'
import { z } from 'zod'
import { credentialField } from '../nodes/config-fields.ts'
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

test('a credential is named, not computed', () => {
  expect(type.config.safeParse({ credential: '{{$env.NAME}}' }).success).toBe(false)
})
