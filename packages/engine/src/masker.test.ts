import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMasker, MASKED, MIN_MASKED_LENGTH, NO_MASKER } from './masker.ts'

const SECRET = 'p@ss "wörd"/+~\n\\ok'
const masker = createMasker([SECRET, '12345678', 'tiny'])

describe('a masker finds a secret', () => {
  test.each([
    ['as it is', SECRET],
    ['in JSON', JSON.stringify({ a: SECRET })],
    ['in JSON within JSON', JSON.stringify(JSON.stringify({ a: SECRET }))],
    ['in a URL', encodeURIComponent(SECRET)],
    ['in a URL in lower case', encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase())],
    ['in a form', new URLSearchParams({ a: SECRET }).toString()],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64 of a pair', Buffer.from(`user:${SECRET}`).toString('base64')],
    ['in base64 of JSON in a URL', Buffer.from(`{"a":"b"}${SECRET}--`).toString('base64url')],
  ])('%s', (_, text) => {
    expect(masker.found(`before ${text} after`)).toBe(true)
    const masked = masker.text(`before ${text} after`)
    expect(masked).toContain(MASKED)
    expect(masker.found(masked)).toBe(false)
  })

  test('in base64 of any text around it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string({ minLength: 6, unit: 'grapheme' }), (before, after, secret) => {
        const text = Buffer.from(before + secret + after).toString('base64')
        expect(createMasker([secret]).found(text)).toBe(true)
      }),
    )
  })

  test('in keys, values and numbers of JSON, and leaves the rest as it is', () => {
    const rest = { a: [1, 'x', null, true] }
    expect(masker.json({ [SECRET]: 1, b: [`=${SECRET}=`], n: 12345678, m: 123456789, rest })).toEqual({
      [MASKED]: 1,
      b: [`=${MASKED}=`],
      n: MASKED,
      m: 123456789,
      rest,
    })
    expect(masker.json(rest)).toBe(rest)
  })
})

test('a text that was cut off does not end with the beginning of a secret', () => {
  for (const form of [SECRET, encodeURIComponent(SECRET), Buffer.from(SECRET).toString('base64')])
    for (let length = MIN_MASKED_LENGTH; length < form.length; length++)
      for (const end of ['', '…']) {
        const masked = masker.cutText(`a ${SECRET} b ${form.slice(0, length)}${end}`)
        // Beside what its bytes alone make, base64 has a letter that tells less than a byte.
        expect(masked).toMatch(/^a \[masked\] b \[masked\][\w=]{0,2}…?$/)
        expect(masked.endsWith('…')).toBe(end !== '')
      }
  expect(masker.cutText(`a ${SECRET.slice(0, MIN_MASKED_LENGTH)} b`)).toBe(`a ${SECRET.slice(0, MIN_MASKED_LENGTH)} b`)
  expect(masker.cutText(SECRET.slice(0, MIN_MASKED_LENGTH - 1))).toBe(SECRET.slice(0, MIN_MASKED_LENGTH - 1))
})

test('the longer of two secrets goes first', () => {
  expect(createMasker(['secret-1', 'secret-1-more']).text('a secret-1-more b')).toBe(`a ${MASKED} b`)
})

test('short values are left alone', () => {
  expect(masker.found('a tiny thing')).toBe(false)
  expect(createMasker(['tiny', ''])).toBe(NO_MASKER)
})
