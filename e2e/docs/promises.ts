import { readFileSync } from 'node:fs'
import path from 'node:path'
import { DOCS } from './page.ts'

export interface Proof {
  /** As the page links to it. */
  target: string
  /** Of tests: as they stand in the file. */
  titles: string[]
}

export interface Promised {
  promise: string
  proofs: Proof[]
}

const LINK = /\[[^\]]+\]\(([^)]+)\)(?:: (“[^”]+”(?:, “[^”]+”)*))?/g

/** The lines of a page's tables: a promise in the first cell, its proofs in the last one. */
export function promisesOf(page: string): Promised[] {
  return readFileSync(path.join(DOCS, page), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (promise|---)/.test(line))
    .map((line) => {
      const cells = line.split(' | ')
      const proofs = [...cells.at(-1)!.matchAll(LINK)].map(([, target = '', titles = '']) => ({
        target,
        titles: [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => title),
      }))
      return { promise: cells[0]!.slice(2), proofs }
    })
}
