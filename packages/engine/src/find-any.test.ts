import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFinder } from './find-any.ts'

const needle = fc.string({ minLength: 4, maxLength: 12, unit: fc.constantFrom('a', 'b', 'c', 'é') })

test('finds what includes finds, and nothing else', () => {
  const text = fc.string({ maxLength: 200, unit: fc.constantFrom('a', 'b', 'c', 'é') })
  fc.assert(
    fc.property(fc.array(needle, { maxLength: 5 }), text, (needles, haystack) => {
      expect(createFinder(needles)(haystack)).toBe(needles.some((one) => haystack.includes(one)))
    }),
  )
})

test('finds a needle at any place', () => {
  const find = createFinder(['needle-one', 'another needle'])
  for (let before = 0; before < 30; before++) {
    expect(find(`${'x'.repeat(before)}another needle`)).toBe(true)
    expect(find(`${'x'.repeat(before)}another needlf${'x'.repeat(before)}`)).toBe(false)
  }
})
