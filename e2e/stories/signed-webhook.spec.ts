import { createHmac } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { seriousFindings, signIn } from '../browser.ts'
import { startServer, type TestServer } from '../start-server.ts'

const SECRET = 'a secret that the shop knows too'
let server: TestServer
let folder: string

test.beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ensue-webhooks-'))
  await chmod(folder, 0o755)
  server = await startServer({ ENSUE_DATA_DIR: folder })
  // Listens to what the workflow of the story emits.
  const ensue = await server.signIn()
  await ensue.workflows.create({
    key: 'pack',
    title: 'Pack the order',
    definition: { trigger: { type: 'event', config: { events: ['order_taken'] } } },
  })
  await ensue.workflows.deploy('pack')
  await ensue.workflows.enable('pack')
})
test.afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

function send(url: string, order: object, secret = SECRET): Promise<Response> {
  const body = JSON.stringify(order)
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` }
  return fetch(url, { method: 'POST', headers, body })
}

async function makeSecret(page: Page): Promise<void> {
  await page.goto(`${server.url}/settings?tab=secrets`)
  await page.getByRole('button', { name: 'New secret' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Name').fill('SHOP')
  await form.getByLabel('Value').fill(SECRET)
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('row', { name: /SHOP/ })).toBeVisible()
  await expect(page.getByText(SECRET)).toHaveCount(0)
}

/** @returns the key of the workflow */
async function buildWorkflow(page: Page): Promise<string> {
  await page.goto(`${server.url}/workflows`)
  await page.getByRole('button', { name: 'New workflow' }).first().click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Title').fill('Take an order')
  await form.getByRole('radio', { name: /^Webhook/ }).click()
  await form.getByRole('button', { name: 'Create workflow' }).click()
  await expect(page).toHaveURL(/\/workflows\/[\w-]+$/)

  await page.getByText('Webhook', { exact: true }).first().click()
  const panel = page.getByRole('complementary', { name: 'Trigger settings' })
  await panel.getByRole('combobox', { name: 'Signature' }).click()
  await page.getByRole('option', { name: 'GitHub' }).click()
  await expect(panel.getByText('This is needed.').first()).toBeVisible()
  await panel.getByRole('combobox', { name: 'Secrets' }).click()
  await page.getByRole('option', { name: '{{$secrets.SHOP}}' }).click()
  await expect(panel.getByText('This is needed.')).toHaveCount(0)

  await page
    .getByRole('button', { name: /Add a (node|step)/ })
    .first()
    .click()
  await page.getByText('Create event', { exact: true }).click()
  const node = page.getByRole('complementary', { name: 'Create event settings' })
  await node.getByRole('combobox', { name: 'Event' }).fill('order_taken')
  await page.keyboard.press('Enter')
  await node.getByRole('button', { name: 'Add', exact: true }).click()
  await node.getByRole('textbox', { name: 'Parameters: name' }).fill('number')
  await node.getByRole('textbox', { name: 'Parameters: value of number' }).fill('{{$context.data.number}}')

  await page.getByRole('button', { name: 'Deploy' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Deploy/ })
    .click()
  await expect(page.getByText('v1 live')).toBeVisible()
  return page.url().split('/').pop()!
}

test('a signed webhook is built, called, replayed and debugged; the event that it emits starts another workflow', async ({
  page,
}) => {
  const ensue = await server.signIn()
  await signIn(page, server)
  await makeSecret(page)
  const key = await buildWorkflow(page)
  const url = `${server.url}/api/webhooks/${key}`
  expect((await send(url, { number: 7 })).status).toBe(200)
  expect((await send(url, { number: 8 }, 'not the secret')).status).toBe(401)

  await test.step('the requests are listed, with the reason of a refusal, and one is replayed', async () => {
    await page.getByText('Webhook', { exact: true }).first().click()
    await page.getByRole('button', { name: 'Requests' }).click()
    const inbox = page.getByRole('dialog', { name: 'Requests' })
    await expect(inbox.getByRole('row', { name: /Rejected/ })).toContainText(/signature/i)
    await inbox.getByRole('row', { name: /Accepted/ }).click()
    await expect(inbox.getByText('"number"')).toBeVisible()
    expect(await seriousFindings(page)).toEqual([])
    await inbox.getByRole('button', { name: 'Replay' }).click()
    await expect(page.getByText('A run was started.')).toBeVisible()
    await expect.poll(async () => (await ensue.executions.list({ workflow: key })).data.length).toBe(2)
    await page.keyboard.press('Escape')
    await expect(inbox).toBeHidden()
  })

  await test.step('the draft is debugged with the request', async () => {
    await page.getByText('Debug', { exact: true }).click()
    const panel = page.getByRole('complementary', { name: 'Debug' })
    await panel.getByRole('combobox', { name: 'Start from' }).click()
    await page.getByRole('option', { name: /accepted/ }).click()
    await panel.getByRole('button', { name: 'Run' }).click()
    await expect(panel.getByRole('region', { name: 'Last run' })).toContainText('Succeeded')
    const { data } = await ensue.executions.list({ workflow: key, debug: true })
    expect((await ensue.executions.get(data[0]!.id)).context).toMatchObject({ data: { number: 7 } })
  })

  await test.step('a run leads to its request and to what it has started', async () => {
    const { data } = await ensue.executions.list({ workflow: key })
    await page.goto(`${server.url}/executions/${data.at(-1)!.id}`)
    const chain = page.getByRole('region', { name: 'Chain' })
    await expect(chain.getByRole('listitem')).toHaveCount(2)
    await page.getByRole('button', { name: 'Show the request' }).click()
    await expect(page.getByRole('dialog', { name: 'Request' }).getByText(`POST /api/webhooks/${key}`)).toBeVisible()
    await page.keyboard.press('Escape')
    expect(await seriousFindings(page)).toEqual([])
    await chain.getByRole('link', { name: /Pack the order/ }).click()
    await expect(page.getByRole('heading', { name: 'Pack the order' })).toBeVisible()
    await expect(chain.getByRole('link', { name: /Take an order/ })).toBeVisible()
  })
})

test('an event is declared, emitted by hand and replayed; its runs can be retried', async ({ page }) => {
  await signIn(page, server)
  await page.getByRole('link', { name: 'Events' }).click()
  await page.getByRole('tab', { name: 'Catalogue' }).click()
  await page.getByRole('button', { name: 'Declare an event' }).first().click()
  const declaration = page.getByRole('dialog')
  await declaration.getByLabel(/^Name/).fill('order_returned')
  await declaration.getByLabel('Title').fill('An order came back')
  await declaration.getByRole('button', { name: 'Add a field' }).click()
  await declaration.getByLabel('Name of the field').fill('number')
  await declaration.getByLabel('Label of the field').fill('Order number')
  await declaration.getByLabel('Required').check()
  await declaration.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('row', { name: /An order came back/ })).toContainText('number')
  expect(await seriousFindings(page)).toEqual([])

  await page.getByRole('button', { name: 'Emit order_returned' }).click()
  const emit = page.getByRole('dialog', { name: 'Emit an event' })
  await emit.getByRole('button', { name: 'Emit' }).click()
  await expect(emit.getByText(/required/)).toBeVisible()
  await emit.getByLabel('Order number').fill('2026-7')
  await emit.getByRole('button', { name: 'Emit' }).click()
  await expect(emit.getByText('No enabled workflow listens to it.')).toBeVisible()
  await emit.getByRole('button', { name: 'Done' }).click()

  // Without a declaration the parameters are JSON.
  await page.getByRole('button', { name: 'Emit an event' }).click()
  await emit.getByRole('combobox', { name: 'Event' }).fill('order_taken')
  await emit.getByRole('textbox', { name: 'Parameters' }).fill('{"number": 9}')
  await emit.getByRole('button', { name: 'Emit' }).click()
  await expect(emit.getByText('Pack the order')).toBeVisible()
  await expect(emit.getByText('Succeeded')).toBeVisible()
  await emit.getByRole('button', { name: 'Done' }).click()

  await page.getByRole('tab', { name: 'Emitted' }).click()
  await page.getByRole('row', { name: /number 9/ }).click()
  const event = page.getByRole('dialog', { name: 'Event' })
  const started = event.getByRole('region', { name: 'Started' }).getByRole('listitem')
  await expect(started).toHaveCount(1)
  await event.getByRole('button', { name: 'Replay' }).click()
  await expect(started).toHaveCount(2)
  await expect(started.nth(1)).toContainText('Replay')
  expect(await seriousFindings(page)).toEqual([])

  await started.first().getByRole('link').click()
  await page.getByRole('button', { name: 'Retry' }).click()
  await page.getByRole('dialog', { name: 'Retry' }).getByRole('button', { name: 'Retry' }).click()
  await expect(page.getByRole('region', { name: 'Chain' })).toContainText('Retry')
})
