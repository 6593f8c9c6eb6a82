import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { setUp, WORKFLOW } from '../../examples/reimbursement/story.ts'
import { seriousFindings, signIn } from '../browser.ts'
import { ADMIN, startServer, type TestServer } from '../start-server.ts'

let server: TestServer
let folder: string

test.beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ensue-story-'))
  await chmod(folder, 0o755)
  server = await startServer({ ENSUE_DATA_DIR: folder })
  await setUp(await server.signIn())
})
test.afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

async function submit(page: Page, title: string, amount: string): Promise<void> {
  await page.goto(`${server.url}/data/reimbursements`)
  await page.getByRole('button', { name: 'Submit' }).first().click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Title').fill(title)
  await form.getByLabel('Amount').fill(amount)
  await form.getByRole('button', { name: 'Submit' }).click()
  // What was triggered is told, with its state.
  await expect(form.getByText('Reimbursement review')).toBeVisible()
  await form.getByRole('button', { name: 'Done' }).click()
  await expect(form).toBeHidden()
}

test('refuses a wrong password', async ({ page }) => {
  await page.goto(`${server.url}/`)
  await page.getByLabel('E-mail address').fill(ADMIN.email)
  await page.getByRole('textbox', { name: 'Password' }).fill('not-the-password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText(/wrong/i)).toBeVisible()
})

test('80 is paid at once; 900 waits in the inbox, live, and is paid after the approval', async ({ page, context }) => {
  const ensue = await server.signIn()
  await signIn(page, server)
  const inbox = await context.newPage()
  await inbox.goto(`${server.url}/inbox`)
  await expect(inbox.getByRole('heading', { name: 'Inbox' })).toBeVisible()

  await submit(page, 'Taxi', '80')
  await expect(page.getByRole('row', { name: /Taxi/ })).toContainText('approved')
  await submit(page, 'Laptop', '900')
  await expect(page.getByRole('row', { name: /Laptop/ })).toContainText('pending')

  // Without a reload.
  await inbox.getByText('Laptop: 900').click()
  await inbox.getByRole('button', { name: 'Approve' }).click()
  await expect(inbox.getByRole('region', { name: 'Tasks' }).getByText('Laptop: 900')).toHaveCount(0)

  await page.goto(`${server.url}/data/payouts`)
  await expect(page.getByRole('row', { name: /900/ })).toBeVisible()
  await expect(page.getByRole('row', { name: /80/ })).toBeVisible()

  await page.goto(`${server.url}/executions`)
  const rows = page.getByRole('row', { name: /Reimbursement review/ })
  await expect(rows).toHaveCount(2)
  const { data } = await ensue.executions.list()
  await page.goto(`${server.url}/executions/${data[0]!.id}`)
  await expect(page.getByText('Succeeded').first()).toBeVisible()
  await page.getByText('Review by a supervisor').click()
  await expect(page.getByText('"decision"')).toBeVisible()
})

test('every main screen shows itself without serious accessibility findings', async ({ page }) => {
  await signIn(page, server)
  for (const path of [
    '/',
    '/workflows',
    `/workflows/${WORKFLOW}`,
    '/executions',
    '/data',
    '/data/reimbursements',
    '/events',
    '/events?tab=catalogue',
    '/inbox',
    '/settings',
    '/settings?tab=keys',
    '/settings?tab=schedules',
    '/settings?tab=secrets',
    '/settings?tab=variables',
  ]) {
    await page.goto(server.url + path)
    await expect(page.getByRole('heading').first()).toBeVisible()
    expect(await seriousFindings(page), path).toEqual([])
  }
})

test('a builder creates a workflow on the canvas, deploys and enables it', async ({ page }) => {
  await signIn(page, server)
  await page.goto(`${server.url}/workflows`)
  await page
    .getByRole('button', { name: /New workflow|Create/ })
    .first()
    .click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Title').fill('Answer a webhook')
  await dialog.getByText('Webhook', { exact: false }).first().click()
  await dialog.getByRole('button', { name: 'Create' }).click()
  await expect(page).toHaveURL(/\/workflows\/[\w-]+$/)
  await page.getByRole('button', { name: 'Deploy' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Deploy/ })
    .click()
  await expect(page.getByText('v1 live')).toBeVisible()
  const key = page.url().split('/').pop()!
  await expect(page.getByRole('switch')).toBeVisible()
  const ensue = await server.signIn()
  if (!(await ensue.workflows.get(key)).enabled)
    await page.locator('label', { hasText: 'Enabled' }).or(page.getByText('Disabled')).first().click()
  await expect.poll(async () => (await ensue.workflows.get(key)).enabled).toBe(true)
  const reply = await fetch(`${server.url}/api/webhooks/${key}`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  })
  expect(reply.status).toBe(200)
})
