import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { cloneTemplate } from '@ensue/db/testing/cluster'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ADMIN, startServer, type TestServer } from '../start-server.ts'

const DOCS = path.resolve(import.meta.dirname, '../../docs')
const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g
const MARK = '----- example -----'

const run = promisify(execFile)
let server: TestServer
let token: string

beforeAll(async () => {
  server = await startServer({ DATABASE_URL: await cloneTemplate(inject('adminUrl'), `docs_${process.pid}`) })
  const response = await fetch(`${server.url}/api/auth:signIn`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(ADMIN),
  })
  token = ((await response.json()) as { data: { token: string } }).data.token
})
afterAll(() => server?.stop())

/** The shell examples of a page, with what the page says that they print. */
function examplesOf(page: string): { script: string; printed: string }[] {
  const text = readFileSync(path.join(DOCS, page), 'utf8')
  const blocks = [...text.matchAll(/```(\w*)\n(.*?)```/gs)].map(([, language = '', content = '']) => ({
    language,
    content,
  }))
  return blocks.flatMap(({ language, content }, index) => {
    if (language !== 'sh') return []
    const next = blocks[index + 1]
    return [{ script: content, printed: next?.language === '' ? next.content : '' }]
  })
}

const lines = (text: string) =>
  text
    .replace(UUID, '…')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')

describe('the examples of the documentation', () => {
  it.each(['webhooks.md', 'connect-a-form.md'])('of %s print what it says', async (page) => {
    const examples = examplesOf(page)
    expect(examples.length).toBeGreaterThan(2)
    // In one shell: functions of the first are used by those after it.
    const script = examples.map(({ script }) => `${script}\necho; echo '${MARK}'\n`).join('')
    const { stdout } = await run('bash', ['-euc', script], {
      env: { ...process.env, ENSUE: server.url, TOKEN: token },
      timeout: 50_000,
    })
    const printed = stdout.split(MARK)
    for (const [index, example] of examples.entries())
      expect(lines(printed[index]!), example.script).toEqual(lines(example.printed))
  })
})
