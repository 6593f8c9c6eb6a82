import { cloneTemplate } from '@ensue/db/testing/cluster'
import { createClient } from '@ensue/sdk'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { play } from '../../examples/stock-reorder/play.ts'
import { REORDER, type Story, setUp } from '../../examples/stock-reorder/story.ts'
import { ADMIN, startServer, type TestServer } from '../start-server.ts'

let server: TestServer

async function signIn() {
  const ensue = createClient<Story>({ url: server.url })
  const { token } = await ensue.auth.signIn({ email: ADMIN.email, password: ADMIN.password })
  return ensue.withToken(token)
}

beforeAll(async () => {
  server = await startServer({ DATABASE_URL: await cloneTemplate(inject('adminUrl'), `stock_${process.pid}`) })
})
afterAll(() => server?.stop())

describe('the stock story', () => {
  it('reorders once when a product runs low, and can be told again', async () => {
    const ensue = await signIn()
    await setUp(ensue)
    const { reorders } = await play(ensue, server.url)
    expect(reorders.map(({ workflow, trigger }) => [workflow, trigger])).toEqual([
      [REORDER, 'event'],
      [REORDER, 'event'],
    ])
    await setUp(ensue)
    await play(ensue, server.url)
  })
})
