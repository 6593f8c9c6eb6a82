// `pnpm test`: everything; `pnpm test unit db contract faults stories`: parts of it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

const PROJECTS = ['unit', 'db', 'contract', 'faults']
const parts = process.argv.slice(2)
const unknown = parts.filter((part) => ![...PROJECTS, 'stories'].includes(part))
if (unknown.length > 0) {
  process.stderr.write(`There is no part "${unknown.join('", "')}". Use: ${PROJECTS.join(', ')}, stories.\n`)
  process.exit(2)
}

interface Counts {
  passed: number
  failed: number
  skipped: number
}
const total: Counts = { passed: 0, failed: 0, skipped: 0 }

interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
}
const countVitest = (report: VitestReport): Counts => ({
  passed: report.numPassedTests,
  failed: report.numFailedTests,
  skipped: report.numPendingTests + report.numTodoTests,
})

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number }
}
const countPlaywright = ({ stats }: PlaywrightReport): Counts => ({
  passed: stats.expected,
  failed: stats.unexpected + stats.flaky,
  skipped: stats.skipped,
})

// Also without pnpm, which would add it.
const PATH = [path.resolve('node_modules/.bin'), process.env.PATH].filter(Boolean).join(path.delimiter)

/** The exit code; 1 when it cannot be started or is killed. */
async function run(command: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  const child = spawn(command, args, {
    stdio: 'inherit',
    env: { ...process.env, PATH, ...env },
    shell: process.platform === 'win32',
  })
  try {
    const [code] = await once(child, 'exit')
    return typeof code === 'number' ? code : 1
  } catch (error) {
    process.stderr.write(`${command} could not be started: ${String(error)}\n`)
    return 1
  }
}

/** Adds what the runner counted. One that ends badly without a failed test has failed itself, which counts as one. */
async function add<Report>(name: string, code: number, file: string, read: (report: Report) => Counts): Promise<void> {
  const report = await readFile(file, 'utf8').catch(() => undefined)
  const counts = report ? read(JSON.parse(report) as Report) : { passed: 0, failed: 0, skipped: 0 }
  if (counts.failed === 0 && (code !== 0 || !report)) {
    process.stderr.write(`${name} ended with ${code} without a failed test: see above.\n`)
    counts.failed = 1
  }
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key]
}

async function runVitest(projects: string[], file: string): Promise<void> {
  const code = await run('vitest', [
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    '--passWithNoTests',
  ])
  await add('vitest', code, file, countVitest)
}

async function runPlaywright(file: string): Promise<void> {
  const code = await run('playwright', ['test', '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_NAME: file })
  await add('playwright', code, file, countPlaywright)
}

const folder = await mkdtemp(path.join(tmpdir(), 'ensue-reports-'))
try {
  const code = await run('turbo', ['run', 'build', '--filter=@ensue/admin', '--output-logs=errors-only'])
  if (code !== 0) {
    process.stderr.write('The admin could not be built: see above.\n')
    total.failed += 1
  }
  const projects = PROJECTS.filter((project) => parts.length === 0 || parts.includes(project))
  if (projects.length > 0) await runVitest(projects, path.join(folder, 'vitest.json'))
  const stories = parts.length === 0 || parts.includes('stories')
  if (stories && globSync('e2e/stories/**/*.spec.ts').length > 0)
    await runPlaywright(path.join(folder, 'playwright.json'))
} finally {
  await rm(folder, { recursive: true, force: true })
}

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed${skipped}\n`)
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0)
