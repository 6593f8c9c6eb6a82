import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

export const DOCS = path.resolve(import.meta.dirname, '../../docs')
/** Its examples come before those of every page: what they have in common is written once. */
export const START_PAGE = 'README.md'

const RUN = ['sh', 'ts', 'sql'] as const
/** Shown, not run: data, markup, what goes over the wire. A block without a language is what the example above it prints. */
const SHOWN = ['json', 'html', 'http']

export interface Block {
  language: string
  /** `not-run` says that an example can't be run as it stands. */
  note: string
  content: string
}

export interface Example {
  language: (typeof RUN)[number]
  code: string
  prints: string
}

export const pages = (): string[] =>
  readdirSync(DOCS)
    .filter((name) => name.endsWith('.md'))
    .sort()

export function blocksOf(page: string): Block[] {
  const text = readFileSync(path.join(DOCS, page), 'utf8')
  return [...text.matchAll(/^```(\w*) ?([^\n]*)\n(.*?)^```$/gms)].map(([, language = '', note = '', content = '']) => ({
    language,
    note,
    content,
  }))
}

const isRun = (language: string): language is Example['language'] => RUN.some((one) => one === language)

/** The examples of a page, each with what the page says that it prints. */
export function examplesOf(page: string): Example[] {
  const blocks = blocksOf(page)
  return blocks.flatMap(({ language, note, content }, index) => {
    if (!isRun(language) || note !== '') return []
    const next = blocks[index + 1]
    return [{ language, code: content, prints: next?.language === '' ? next.content : '' }]
  })
}

/** What nobody runs and nobody has marked. */
export function strayBlocksOf(page: string): Block[] {
  const blocks = blocksOf(page)
  return blocks.filter(({ language, note }, index) => {
    if (language === '') return blocks[index - 1] === undefined || !isRun(blocks[index - 1]!.language)
    return isRun(language) ? note !== '' && note !== 'not-run' : !SHOWN.includes(language)
  })
}

export const startExamples = (): Example[] => examplesOf(START_PAGE)
