import { cloneTemplate } from '@ensue/db/testing/cluster'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startMailServer } from '../../examples/feedback-form/mail-server.ts'
import { blocksOf, examplesOf, pages, START_PAGE, strayBlocksOf } from '../docs/page.ts'
import { checkTypes, PAGE_TIMEOUT_MS, runPage } from '../docs/run-page.ts'
import { ADMIN, startServer, type TestServer } from '../start-server.ts'

/** Pages that are read, not tried. */
const WITHOUT_EXAMPLES = [START_PAGE, 'operation.md', 'promises.md']
const MAX_NOT_RUN = 6

/** What differs from run to run: ids, and instants. */
const CHANGING = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z/g

let server: TestServer
let mailServer: Awaited<ReturnType<typeof startMailServer>>
let env: Record<string, string>

beforeAll(async () => {
  mailServer = await startMailServer()
  const { host, port, username, password, from } = mailServer.credential
  const databaseUrl = await cloneTemplate(inject('adminUrl'), `docs_${process.pid}`)
  server = await startServer({ DATABASE_URL: databaseUrl, EGRESS_ALLOW: '127.0.0.1' })
  env = {
    ENSUE: server.url,
    PASSWORD: ADMIN.password,
    DATABASE_URL: databaseUrl,
    MAIL: JSON.stringify({ host, port, username, password, from, requireTls: false }),
  }
})
afterAll(async () => {
  await server?.stop()
  await mailServer?.stop()
})

const lines = (text: string) =>
  text
    .replace(CHANGING, '…')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')

describe('the examples of the documentation', () => {
  it.each(pages().filter((page) => !WITHOUT_EXAMPLES.includes(page)))(
    'of %s print what it says',
    async (page) => {
      expect(examplesOf(page).length).toBeGreaterThan(0)
      for (const { example, printed } of await runPage(page, env))
        expect(lines(printed), example.code).toEqual(lines(example.prints))
    },
    PAGE_TIMEOUT_MS,
  )

  it('are run, or say that they are not', () => {
    expect(pages().flatMap((page) => strayBlocksOf(page).map((block) => ({ page, ...block })))).toEqual([])
    const notRun = pages().flatMap((page) => blocksOf(page).filter(({ note }) => note === 'not-run'))
    expect(notRun.length).toBeLessThanOrEqual(MAX_NOT_RUN)
  })

  it('hold TypeScript whose types fit', async () => expect(await checkTypes(pages())).toBe(''), PAGE_TIMEOUT_MS)

  it('hold JSON that is JSON', () => {
    for (const { content } of pages().flatMap((page) => blocksOf(page).filter(({ language }) => language === 'json')))
      expect(() => JSON.parse(content), content).not.toThrow()
  })
})
