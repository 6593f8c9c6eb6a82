import { AppError, type Json } from '@ensue/engine/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBody } from './parse-body.ts'

const LIMITS = { maxFileBytes: 10_000 }
const parse = async (body: string | Buffer, type?: string): Promise<Json> =>
  parseBody(Buffer.from(body as string), type, LIMITS)
const statusOf = (body: string | Buffer, type?: string) =>
  parse(body, type).then(
    () => 200,
    (error: unknown) => (error instanceof AppError ? error.status : error),
  )
const FORM = 'application/x-www-form-urlencoded'
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

describe('a body without a type', () => {
  it.each([
    ['', null],
    ['{"a":1}', { a: 1 }],
    ['a=1', 'a=1'],
    ['{"a":', '{"a":'],
    [Buffer.from([0xff, 0xfe]), '//4='],
  ])('%j is %j', async (body, value) => {
    expect(await parse(body)).toEqual(value)
  })

  it('is refused when it is too deep JSON', async () => {
    expect(await statusOf(nested(80))).toBe(400)
  })
})

describe('JSON', () => {
  it.each(['application/json', 'Application/JSON; charset=UTF-8', 'application/cloudevents+json'])(
    'is %s',
    async (type) => {
      expect(await parse('\ufeff{"a":[1]}', type)).toEqual({ a: [1] })
    },
  )

  it('keeps no prototype keys, however they are spelled, and nothing that cannot be stored', async () => {
    const body =
      '{"n":"a\\u0000b\\ud800","__proto__":1,"\\u005f_proto__":{"x":1},"constructor":1,"\\u0070rototype":1,"big":1e999}'
    const value = await parse(body, 'application/json')
    expect(value).toEqual({ n: 'a\uFFFDb\uFFFD', big: null })
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })

  it.each([
    ['{"a":', 'application/json', 400],
    [nested(80), 'application/json', 400],
    [nested(64), 'application/json', 200],
    [Buffer.from([0x22, 0xff, 0x22]), 'application/json', 400],
    ['{}', 'application/json, text/plain', 415],
    ['{}', 'json', 415],
    ['{}', 'application/json; charset=utf-16', 415],
  ])('%s as %s: %i', async (body, type, status) => {
    expect(await statusOf(body, type)).toBe(status)
  })
})

describe('an urlencoded form', () => {
  it.each([
    ['name=Ada+L&tag=1&tag=2', { name: 'Ada L', tag: ['1', '2'] }],
    ['a[b][c]=1&a[d]=2', { a: { b: { c: '1' }, d: '2' } }],
    ['a[]=1&a[]=2&b[0][x]=1&b[1][x]=2', { a: ['1', '2'], b: [{ x: '1' }, { x: '2' }] }],
    ['a%5Bb%5D=%C3%BC&c', { a: { b: 'ü' }, c: '' }],
    ['toString=1&valueOf=2', { toString: '1', valueOf: '2' }],
    ['__proto__[x]=1&a[constructor][x]=1&prototype=1&b=2', { a: {}, b: '2' }],
    ['a=%00', { a: '\uFFFD' }],
    ['&&', {}],
  ])('%s', async (body, value) => {
    expect(await parse(body, FORM)).toEqual(value)
  })

  it('may be ISO-8859-1', async () => {
    expect(await parse(Buffer.from('a=ü', 'latin1'), `${FORM}; charset=ISO-8859-1`)).toEqual({ a: 'ü' })
  })

  it.each([
    ['more than 1,000 fields', 'a=1&'.repeat(1_001)],
    ['a list that is too long', 'a[1000]=1'],
    ['more than 64 levels', `a${'[b]'.repeat(64)}=1`],
  ])('refuses %s', async (_, body) => {
    expect(await statusOf(body, FORM)).toBe(400)
  })

  it('takes 64 levels', async () => {
    expect(await statusOf(`a${'[b]'.repeat(63)}=1`, FORM)).toBe(200)
  })
})

describe('XML', () => {
  it.each(['application/xml', 'text/xml; charset=utf-8', 'application/soap+xml'])('is %s', async (type) => {
    const body = `<?xml version="1.0"?><order id="7"><!-- c --><item>007</item><item>x &amp; &#x41;&#66;</item><empty/>
      <price currency="EUR">1e3</price><note><![CDATA[<!DOCTYPE html> & so on]]></note></order>`
    expect(await parse(body, type)).toEqual({
      order: {
        '@id': '7',
        item: ['007', 'x & AB'],
        empty: '',
        price: { '@currency': 'EUR', '#text': '1e3' },
        note: '<!DOCTYPE html> & so on',
      },
    })
  })

  it('drops prototype names with what is in them', async () => {
    const body = '<a><constructor><x/></constructor><__proto__ y="1"/><toString>1</toString><b __proto__="1">2</b></a>'
    const value = await parse(body, 'text/xml')
    expect(value).toEqual({ a: { toString: '1', b: { '@__proto__': '1', '#text': '2' } } })
  })

  it('is read in the encoding that it declares', async () => {
    const body = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>ü</a>', 'latin1')
    expect(await parse(body, 'application/xml')).toEqual({ a: 'ü' })
    expect(await statusOf('<?xml version="1.0" encoding="GBK"?><a/>', 'application/xml')).toBe(415)
  })

  it.each([
    ['a DTD', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['a DTD that a tag seems to hide', '<a b="<!--"><!DOCTYPE a [<!ENTITY x "y">]>&x;<c d="-->"/></a>'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['expanding entities', '<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]><a>&y;</a>'],
    ['an empty DTD', '<!DOCTYPE a><a/>'],
    ['an entity that nobody declared', '<a>&nbsp;</a>'],
    ['an entity in an attribute', '<a b="&x;"/>'],
    ['a character that there is none of', '<a>&#x110000;</a>'],
    ['a tag that is not closed', '<a><b></a>'],
    ['two roots', '<a/><b></b><c></c>'],
    ['text', 'hello'],
    ['70 levels', `${'<a>'.repeat(70)}${'</a>'.repeat(70)}`],
    ['100,000 levels', `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`],
  ])('refuses %s', async (_, body) => {
    expect(await statusOf(body, 'application/xml')).toBe(400)
  })
})

describe('anything else', () => {
  it('is text when it says so', async () => {
    expect(await parse('a\u0000b', 'text/plain')).toBe('a\uFFFDb')
    expect(await parse(Buffer.from('ü', 'latin1'), 'text/csv; charset="latin1"')).toBe('ü')
    expect(await statusOf('a', 'text/plain; charset=gb2312')).toBe(415)
    expect(await statusOf(Buffer.from([0xff]), 'text/plain')).toBe(400)
  })

  it('is base64', async () => {
    expect(await parse(Buffer.from([0, 255]), 'image/png')).toBe('AP8=')
    expect(await statusOf('x', 'multipart/mixed; boundary=x')).toBe(415)
  })
})

describe('any bytes of any type', () => {
  const types = fc.constantFrom(
    undefined,
    'application/json',
    'application/x+json; charset=latin1',
    FORM,
    'multipart/form-data; boundary=x',
    'multipart/form-data',
    'application/xml',
    'text/plain',
    'image/png',
  )
  const fragments = fc
    .array(
      fc.oneof(
        fc.string(),
        fc.constantFrom(
          ...['--x', '\r\n', '--', 'Content-Disposition: form-data; name="a[__proto__]"', '; filename="f"', '\r\n\r\n'],
          ...['<a>', '</a>', '<!DOCTYPE', ']]>', '<![CDATA[', '&#0;', '<__proto__>', ' b="', '<?', '?>', '<!--'],
          ...['{"__proto__":', '"\\u005f', '}', '[', ']', 'a[', '][constructor]=', '%5B', '%', '&', '=', '\u0000'],
        ),
      ),
      { maxLength: 20 },
    )
    .map((parts) => Buffer.from(parts.join('')))

  it('give a value or a 4xx, and leave Object.prototype alone', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype)
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fragments,
      fc.json().map((text) => Buffer.from(text)),
    )
    await fc.assert(
      fc.asyncProperty(body, fc.oneof(types, fc.string()), async (bytes, type) => {
        expect([200, 400, 413, 415]).toContain(await statusOf(bytes, type))
      }),
      { numRuns: 1_000 },
    )
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
    expect(({} as { x?: unknown }).x).toBeUndefined()
  })
})

describe('the number of values in a body', () => {
  it.each([
    ['JSON', 'application/json', `[${'0,'.repeat(99_998)}0]`, `[${'0,'.repeat(100_000)}0]`],
    ['JSON without a type', undefined, `[${'[],'.repeat(99_998)}0]`, `[${'[],'.repeat(100_000)}0]`],
    ['XML', 'text/xml', `<a>${'<b/>'.repeat(90_000)}</a>`, `<a>${'<b/>'.repeat(100_001)}</a>`],
  ])('is limited in %s', async (_, type, most, more) => {
    expect(await parse(most, type)).toBeTruthy()
    await expect(parse(more, type)).rejects.toMatchObject({ code: 'payload_too_large' })
  })
})
