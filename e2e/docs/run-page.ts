import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { type Example, examplesOf, startExamples } from './page.ts'

const MODULES = path.resolve(import.meta.dirname, '../../node_modules')
const BASE_CONFIG = path.resolve(import.meta.dirname, '../../tsconfig.base.json')
const RUN_SQL = path.resolve(import.meta.dirname, 'run-sql.ts')
const MARK = '----- example -----'
/** A page takes seconds; a machine that is busy with other tests takes its time. */
export const PAGE_TIMEOUT_MS = 110_000

const run = promisify(execFile)

/** Runs the examples of a page in one shell, top to bottom, after those of the start page.
 *  @returns what each of them printed
 *  @throws Error with what went wrong and the page's output so far, when one ends with an error */
export async function runPage(
  page: string,
  env: Record<string, string>,
): Promise<{ example: Example; printed: string }[]> {
  const start = startExamples()
  const examples = examplesOf(page)
  return inFolder(async (folder) => {
    const steps = await Promise.all(
      examples.map(async ({ language, code }, index) => {
        if (language === 'sh') return code
        const file = path.join(folder, `${index}.${language === 'ts' ? 'mts' : 'sql'}`)
        await writeFile(file, language === 'ts' ? moduleOf(code) : code)
        return `${process.execPath} ${language === 'ts' ? file : `${RUN_SQL} ${file}`}`
      }),
    )
    const shell = start.filter(({ language }) => language === 'sh').map(({ code }) => code)
    const script = [...shell, ...steps.map((step) => `${step}\necho; echo '${MARK}'`)].join('\n')
    const { stdout } = await run('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
      cwd: folder,
      env: { ...process.env, ...env },
      timeout: PAGE_TIMEOUT_MS,
    }).catch(({ stdout, stderr }: { stdout: string; stderr: string }) => {
      throw new Error(`${page} ended with an error after it had printed\n${stdout}\n${stderr}`)
    })
    const printed = stdout.split(MARK)
    return examples.map((example, index) => ({ example, printed: printed[index] ?? '' }))
  })
}

/** Checks the types of the TypeScript examples of pages, all at once, as strictly as those of the product are.
 *  @returns what is wrong, as the compiler says it, by page and place */
export function checkTypes(pages: readonly string[]): Promise<string> {
  return inFolder(async (folder) => {
    for (const page of pages)
      for (const [index, { language, code }] of examplesOf(page).entries())
        if (language === 'ts') await writeFile(path.join(folder, `${page}-${index}.mts`), moduleOf(code))
    const config = { extends: BASE_CONFIG, compilerOptions: { lib: ['esnext', 'dom'] }, include: ['*.mts'] }
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(config))
    return run(path.join(MODULES, '.bin/tsc'), ['-p', folder], { cwd: folder }).then(
      () => '',
      ({ stdout, stderr }: { stdout: string; stderr: string }) => `${stdout}${stderr}` || 'tsc did not run',
    )
  })
}

/** An example as it stands in a file: after what the start page imports. */
function moduleOf(code: string): string {
  const imports = startExamples().flatMap((example) => (example.language === 'ts' ? [example.code] : []))
  return imports.includes(code) ? code : [...imports, code].join('\n')
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ensue-docs-'))
  try {
    await symlink(MODULES, path.join(folder, 'node_modules'))
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}
