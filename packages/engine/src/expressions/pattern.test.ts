import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern } from './pattern.ts'

describe('patterns', () => {
  it('match as regular expressions do', () => {
    expect(compilePattern('^[\\w.+-]+@\\w+\\.(com|org)$')('ada@example.org')).toBe(true)
    expect(compilePattern('^INV-\\d{4}$')('INV-12345')).toBe(false)
    expect(compilePattern('(?i)straße')('STRAßE')).toBe(true)
    expect(compilePattern('^.$')('😀')).toBe(true)
    expect(compilePattern('\\bcat\\b')('a cat.')).toBe(true)
  })

  it('agree with JavaScript on any pattern and text', () => {
    const { pattern } = fc.letrec<Record<'pattern', string>>((tie) => ({
      pattern: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.constantFrom(
          'a',
          'b',
          '.',
          '\\d',
          '\\W',
          '[ab]',
          '[^a]',
          '[a-c-]',
          '^',
          '$',
          '\\b',
          '\\B',
          '',
          '\\n',
          '\\.',
          '\\x61',
        ),
        fc.array(tie('pattern'), { minLength: 2, maxLength: 3 }).map((items) => items.join('')),
        fc.array(tie('pattern'), { minLength: 2, maxLength: 3 }).map((items) => `(${items.join('|')})`),
        fc
          .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,}', '{0,2}', '*?'))
          .map(([item, quantifier]) => `(?:${item})${quantifier}`),
      ),
    }))
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', '1', ' ', '\n', '-', '.'), { maxLength: 8 })
      .map((c) => c.join(''))
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        expect(compilePattern(source)(subject)).toBe(new RegExp(source, 'u').test(subject))
      }),
      { numRuns: 5_000 },
    )
  })

  it('take no longer on what makes backtracking explode', () => {
    for (const source of ['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(.*)*x', 'a*a*a*a*a*a*b'])
      expect(compilePattern(source)(`${'a'.repeat(9_000)}!`), source).toBe(false)
  })

  it('are refused with a reason when they can’t be read or are too large', () => {
    for (const source of [
      '(',
      ')',
      '[a',
      '*',
      'a**',
      'a{2,1}',
      '(?=a)',
      '(a)\\1',
      '\\',
      '[b-a]',
      'a'.repeat(501),
      '((a{50}){50}){50}',
      '(((){999}){999}){999}',
    ])
      expect(() => compilePattern(source), source).toThrow(SyntaxError)
  })

  it('refuse a text that is too long', () => {
    expect(() => compilePattern('a')('b'.repeat(10_001))).toThrow('10000 characters')
  })
})
