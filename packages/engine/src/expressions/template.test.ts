import { describe, expect, it, vi } from 'vitest'
import { NodeError } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import { resolveTemplate } from './resolve-template.ts'
import type { Roots } from './roots.ts'
import { compileTemplate, type TemplateOptions } from './template.ts'

const roots: Roots = {
  context: { data: { 金额: 12.5, name: 'Ada "A"', tags: ['x', 'y'], none: null, owner: { id: 7 } } },
  nodes: { create_1: { id: 'r1' } },
  secrets: { TOKEN: 's3cret' },
}

function resolve(value: Json, options?: TemplateOptions): Json | Promise<Json> {
  return resolveTemplate(compileTemplate(value, options), roots)
}

function failureOf(work: () => unknown): NodeError {
  try {
    work()
  } catch (error) {
    if (error instanceof NodeError) return error
  }
  throw new Error('expected a NodeError')
}

describe('values', () => {
  it('keep their type when the text is one expression', () => {
    expect(resolve('{{$context.data.金额}}')).toBe(12.5)
    expect(resolve('{{ $body.tags }}')).toEqual(['x', 'y'])
    expect(resolve('{{$body.none}}')).toBeNull()
    expect(resolve('{{$body.missing}}')).toBeNull()
  })

  it('become text among other text', () => {
    expect(resolve('#{{$nodes.create_1.id}}: {{$body.金额}} {{$body.owner}} [{{$body.missing}}{{$body.none}}]')).toBe(
      '#r1: 12.5 {"id":7} []',
    )
  })

  it('are put into JSON value by value, so quotes and arrays survive', () => {
    const config = { 'k{{$x}}': { name: '{{$body.name}}', list: ['{{$body.tags}}', 1, 'plain'] } }
    expect(resolve(config)).toEqual({ 'k{{$x}}': { name: 'Ada "A"', list: [['x', 'y'], 1, 'plain'] } })
  })

  it('may hold braces and quotes of their own', () => {
    expect(resolve('{{ {"a": {"b": "}}"}} }}')).toEqual({ a: { b: '}}' } })
    expect(resolve('{{"{{"}}x}}')).toBe('{{x}}')
    expect(resolve('{{ "\\"}}" }}!')).toBe('"}}!')
  })

  it('are promises only when JSONata is needed', async () => {
    expect(resolve({ a: '{{$body.金额 * 2}}' })).toEqual({ a: 25 })
    const later = resolve({
      a: '{{$uppercase($body.name)}}',
      b: ['{{$body.金额}}', '{{$count($body.tags)}} tags'],
      c: 1,
    })
    expect(later).toBeInstanceOf(Promise)
    expect(await later).toEqual({ a: 'ADA "A"', b: [12.5, '2 tags'], c: 1 })
  })

  it('without expressions are the config itself', () => {
    const config = { a: [1, { b: 'text' }], __proto__: null }
    expect(resolve(config)).toBe(config)
    const part = { deep: true }
    expect((resolve({ part, x: '{{$body.金额}}' }) as { part: Json }).part).toBe(part)
  })

  it('read only the roots that are named', () => {
    const env = vi.fn(() => ({}))
    const lazy = {
      ...roots,
      get env() {
        return env()
      },
    }
    expect(resolveTemplate(compileTemplate('{{$body.name}}'), lazy)).toBe('Ada "A"')
    expect(env).not.toHaveBeenCalled()
  })
})

describe('strict members', () => {
  it('fail when a value is missing and name the place', () => {
    const config = { filter: { amount: { $gt: '{{$body.limit}}' } }, note: '{{$body.note}}' }
    const failure = failureOf(() => resolve(config, { strict: ['filter', 'id'] }))
    expect(failure).toMatchObject({ code: 'unresolved_reference', path: 'filter.amount.$gt' })
    expect(failure.message).toContain('{{$body.limit}}')
    expect(resolve({ filterNote: '{{$body.x}}' }, { strict: ['filter'] })).toEqual({ filterNote: null })
  })

  it('fail inside text and in what JSONata computes', async () => {
    expect(failureOf(() => resolve('order-{{$body.no}}', { strict: true })).code).toBe('unresolved_reference')
    await expect(resolve(['{{$sum($body.missing)}}'], { strict: true })).rejects.toMatchObject({
      code: 'unresolved_reference',
      path: '0',
    })
  })

  it('take null for a value', () => {
    expect(resolve({ id: '{{$body.none}}' }, { strict: true })).toEqual({ id: null })
  })
})

describe('options', () => {
  it('take raw members as they stand and bare ones as expressions', () => {
    const config = { code: 'x = "{{a}}"', expression: '$body.金额 > 10' }
    const options: TemplateOptions = { raw: ['code'], bare: ['expression'] }
    expect(resolve(config, options)).toEqual({ code: 'x = "{{a}}"', expression: true })
    expect(compileTemplate(config, options).problems).toEqual([])
  })

  it('allow secrets only where they are meant', () => {
    const config = { headers: { auth: 'Bearer {{$secrets.TOKEN}}' }, url: '{{$secrets.TOKEN}}' }
    expect(compileTemplate(config, { secrets: ['headers'] }).problems).toEqual([
      { path: 'url', code: 'expression_invalid', message: expect.stringContaining('Secrets') },
    ])
    expect(resolve({ auth: 'Bearer {{$secrets.TOKEN}}' }, { secrets: true })).toEqual({ auth: 'Bearer s3cret' })
  })
})

describe('compiling', () => {
  it('lists references with their place and source', () => {
    expect(compileTemplate({ a: ['x {{ $nodes.create_1.id }}'] }).references).toEqual([
      { root: 'nodes', path: ['create_1', 'id'], source: '$nodes.create_1.id', at: 'a.0' },
    ])
  })

  it('collects every problem; resolving the member fails', () => {
    const template = compileTemplate({ a: '{{ $context. }}', b: ['{{$nope}}', 'open {{ here'], c: '{{}}' })
    expect(template.problems.map((problem) => problem.path)).toEqual(['a', 'b.0', 'b.1', 'c'])
    expect(failureOf(() => resolveTemplate(template, roots)).code).toBe('expression_invalid')
  })

  it('says whether a sandbox is needed', () => {
    expect(compileTemplate(['{{[1..3]}}']).sandboxed).toBe(true)
    expect(compileTemplate(['{{$sum([1,2])}}']).sandboxed).toBe(false)
  })

  it('adds place and source to a failure', () => {
    expect(failureOf(() => resolve({ a: '{{ $body.name + 1 }}' }))).toMatchObject({
      code: 'expression_failed',
      path: 'a',
      message: expect.stringContaining('$body.name + 1'),
    })
  })
})
