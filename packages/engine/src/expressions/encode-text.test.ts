import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../core/json.ts'
import type { TextEncoding } from './encode-text.ts'
import { resolveTemplate } from './resolve-template.ts'
import { compileTemplate } from './template.ts'

function write(encoding: TextEncoding, text: string, data: Json, env: Record<string, string> = {}): Json {
  const template = compileTemplate({ url: text }, { encode: { url: encoding }, secrets: ['url'] })
  const resolved = resolveTemplate(template, { context: { data }, env, secrets: env }) as { url: Json }
  return resolved.url
}
const url = (text: string, data: Json, env?: Record<string, string>) => write('url', text, data, env)

describe('a value in a URL', () => {
  test.each([
    ['https://a.example/o/{{$context.data}}/x', 'a/../b?c#d', 'https://a.example/o/a%2F..%2Fb%3Fc%23d/x'],
    ['https://a.example/o/{{$context.data}}', '金 额', 'https://a.example/o/%E9%87%91%20%E9%A2%9D'],
    ['https://a.example/o/{{$context.data}}', '%2e%2e', 'https://a.example/o/%252e%252e'],
    ['https://a.example/o/{{$context.data}}', 'a\\b\tc', 'https://a.example/o/a%5Cb%09c'],
    ['https://a.example/o?q={{$context.data}}&r=1', 'a&r=2#', 'https://a.example/o?q=a%26r%3D2%23&r=1'],
    ['https://a.example/o?q=1#{{$context.data}}', '#x', 'https://a.example/o?q=1#%23x'],
    ['https://a.example/o/{{$context.data}}', 7, 'https://a.example/o/7'],
    ['https://{{$context.data}}.example/o', 'eu-1', 'https://eu-1.example/o'],
    ['https://a.example:{{$context.data}}/o', 8080, 'https://a.example:8080/o'],
    ['{{$context.data}}', 'https://a.example/x?y=z&w', 'https://a.example/x?y=z&w'],
    ['{{$context.data}}/orders/{{$context.data}}', 'https://a', 'https://a/orders/https%3A%2F%2Fa'],
  ])('%s with %j is %s', (text, data, expected) => {
    expect(url(text, data)).toBe(expected)
  })

  test.each([
    ['https://a.example/o/{{$context.data}}', '..'],
    ['https://a.example/o/{{$context.data}}/x', '.'],
    ['https://a.example/o/{{$context.data}}', ''],
    ['https://a.example/o/{{$context.data}}', null],
    ['https://{{$context.data}}.example/o', 'evil.example/'],
    ['https://{{$context.data}}.example/o', 'user@evil'],
    ['https://a.example{{$context.data}}', '@evil.example'],
    ['https:{{$context.data}}', '//evil.example'],
    ['https:\\\\{{$context.data}}', 'evil.example\\'],
    ['https://a.example:{{$context.data}}/o', '80@evil'],
  ])('%s with %j fails', (text, data) => {
    expect(() => url(text, data)).toThrow(expect.objectContaining({ code: 'invalid_url', path: 'url' }))
  })

  test('of the workspace is a part of the address', () => {
    const env = { BASE: 'https://crm.example/api', HOOK: 'T0/B0/x y' }
    expect(url('{{$env.BASE}}/orders/{{$context.data}}', 'a/b', env)).toBe('https://crm.example/api/orders/a%2Fb')
    expect(url('https://a.example/{{$secrets.HOOK}}', null, env)).toBe('https://a.example/T0/B0/x%20y')
    expect(url('https://a.example/?k={{$secrets.HOOK}}', null, env)).toBe('https://a.example/?k=T0%2FB0%2Fx%20y')
    expect(() => url('https://a.example/{{$env.HOOK & $context.data}}', '..', { HOOK: '' })).toThrow('another resource')
  })

  test('never changes anything but its own place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (value) => {
        fc.pre(value !== '.' && value !== '..')
        const target = new URL(String(url('https://a.example/o/{{$context.data}}/end?q={{$context.data}}&r=1', value)))
        expect(target.origin).toBe('https://a.example')
        expect(target.pathname.split('/')).toEqual(['', 'o', encodeURIComponent(value.toWellFormed()), 'end'])
        expect([...target.searchParams]).toEqual([
          ['q', value.toWellFormed()],
          ['r', '1'],
        ])
      }),
    )
  })
})

describe('a value in XML', () => {
  test('stays text', () => {
    expect(write('xml', '<a b="{{$context.data}}">{{$context.data}}</a>', `<x/>&"'\u0000]]>`)).toBe(
      '<a b="&lt;x/&gt;&amp;&quot;&apos;]]&gt;">&lt;x/&gt;&amp;&quot;&apos;]]&gt;</a>',
    )
    expect(write('xml', '<a>{{$secrets.KEY}}</a>', null, { KEY: 'a&b' })).toBe('<a>a&amp;b</a>')
  })

  test('that is all of the text is the XML', () => {
    expect(write('xml', '{{$context.data}}', '<a/>')).toBe('<a/>')
  })
})
