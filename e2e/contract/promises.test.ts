import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { DOCS, examplesOf, pages } from '../docs/page.ts'
import { promisesOf } from '../docs/promises.ts'

const promises = promisesOf('promises.md')
const isTest = (target: string) => /\.(test|spec)\.tsx?$/.test(target)

/** Titles that hold an apostrophe are written with another quote, or escaped. */
const holdsTitle = (text: string, title: string) => text.replaceAll("\\'", "'").includes(title)

describe('what Ensue promises', () => {
  it('is a table that was read', () => {
    expect(promises.length).toBeGreaterThan(70)
  })

  it.each(promises)('is proven: $promise', ({ proofs }) => {
    expect(proofs.length).toBeGreaterThan(0)
    for (const { target, titles } of proofs) {
      const file = path.resolve(DOCS, target)
      expect(existsSync(file), target).toBe(true)
      if (isTest(target)) {
        const text = readFileSync(file, 'utf8')
        expect(titles.length, target).toBeGreaterThan(0)
        for (const title of titles) expect(holdsTitle(text, title), `${target}: ${title}`).toBe(true)
      } else {
        expect(pages(), target).toContain(target)
        expect(examplesOf(target).length, target).toBeGreaterThan(0)
      }
    }
  })
})
