import { describe, expect, it } from 'vitest'
import type { Json } from '../core/json.ts'
import { resolveWithMask } from './resolve-template.ts'
import type { Roots } from './roots.ts'
import { compileTemplate } from './template.ts'

const roots: Roots = {
  context: { data: { name: 'Ada', items: [1, 2] } },
  secrets: { TOKEN: 's3cret-token', API: { type: 'bearer', token: 'other-token' } },
}
const resolve = (value: Json) => resolveWithMask(compileTemplate(value, { secrets: true }), roots)

describe('what is made of secrets', () => {
  it.each<[Json, Json, Json]>([
    ['{{$secrets.TOKEN}}', 's3cret-token', '[masked]'],
    ['Bearer {{$secrets.API.token}}', 'Bearer other-token', 'Bearer [masked]'],
    ['{{$context.data.name}}:{{$secrets.TOKEN}}', 'Ada:s3cret-token', 'Ada:[masked]'],
    ['{{$uppercase($secrets.TOKEN)}}', 'S3CRET-TOKEN', '[masked]'],
    [
      { a: ['x', '{{$secrets.TOKEN}}'], b: '{{$context.data.items}}' },
      { a: ['x', 's3cret-token'], b: [1, 2] },
      { a: ['x', '[masked]'], b: [1, 2] },
    ],
    ['plain {{$context.data.name}}', 'plain Ada', 'plain Ada'],
  ])('%j is not shown', async (config, value, shown) => {
    expect(await resolve(config)).toEqual({ value, shown })
  })

  it('is not shown where an expression answers later', async () => {
    const config = { a: 'n={{$sum($context.data.items[$ > 1])}} {{$secrets.TOKEN}}', b: '{{$secrets.TOKEN}}' }
    expect(await resolve(config)).toEqual({
      value: { a: 'n=2 s3cret-token', b: 's3cret-token' },
      shown: { a: 'n=2 [masked]', b: '[masked]' },
    })
  })
})

it.each(['{{$secrets.GONE}}', 'Bearer {{$secrets.GONE}}', '{{"a" & $secrets.GONE}}'])(
  '%s fails instead of becoming empty',
  (config) => {
    expect(() => resolve(config)).toThrow('There is no secret "GONE"')
  },
)

it.each(['{{$secrets}}', '{{$string($secrets)}}', '{{$secrets[0]}}'])(
  '%s is refused: secrets are read one by one',
  (config) => {
    expect(compileTemplate(config, { secrets: true }).problems[0]?.message).toContain('one by one')
  },
)
