// `pnpm test`: everything; `pnpm test unit db contract faults stories`: parts of it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync } from 'node:fs'
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
let broken = false

async function run(command: string, args: string[], env: Record<string, string> = {}): Promise<void> {
  const child = spawn(command, args, {
    stdio: 'inherit',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) broken = true
}

async function count(file: string, read: (report: never) => Counts): Promise<void> {
  if (!existsSync(file)) {
    broken = true
    return
  }
  const counts = read(JSON.parse(await readFile(file, 'utf8')) as never)
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key]
}

const folder = await mkdtemp(path.join(tmpdir(), 'ensue-reports-'))
try {
  await run('turbo', ['run', 'build', '--filter=@ensue/admin', '--output-logs=errors-only'])
  const projects = parts.length === 0 ? PROJECTS : PROJECTS.filter((project) => parts.includes(project))
  if (projects.length > 0) {
    const file = path.join(folder, 'vitest.json')
    await run('vitest', [
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      '--passWithNoTests',
    ])
    await count(file, (report: { numPassedTests: number; numFailedTests: number; numPendingTests: number }) => ({
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests,
    }))
  }
  const stories = parts.length === 0 || parts.includes('stories')
  if (stories && globSync('e2e/stories/**/*.spec.ts').length > 0) {
    const file = path.join(folder, 'playwright.json')
    await run('playwright', ['test', '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_NAME: file })
    await count(
      file,
      ({ stats }: { stats: { expected: number; unexpected: number; flaky: number; skipped: number } }) => ({
        passed: stats.expected,
        failed: stats.unexpected + stats.flaky,
        skipped: stats.skipped,
      }),
    )
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed${skipped}\n`)
process.exit(broken || total.failed > 0 || total.passed === 0 ? 1 : 0)
