import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { ADMIN, startServer, type TestServer } from '../start-server.ts'

let server: TestServer
let folder: string

test.beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ensue-promises-'))
  await chmod(folder, 0o755)
  server = await startServer({ ENSUE_DATA_DIR: folder })
})
test.afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})
test.beforeEach(async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(`${server.url}/`)
  await page.getByLabel('E-mail address').fill(ADMIN.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
})

const copied = (page: Page) => page.evaluate(() => navigator.clipboard.readText())

/** Makes a workflow in the browser. @returns its key */
async function create(page: Page, title: string, trigger: string): Promise<string> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Workflows' }).click()
  await page.getByRole('button', { name: 'New workflow' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'New workflow' })
  await dialog.getByLabel('Title').fill(title)
  await dialog.getByRole('radio', { name: new RegExp(`^${trigger} `) }).click()
  await dialog.getByRole('button', { name: 'Create' }).click()
  await expect(page).toHaveURL(/\/workflows\/[\w-]+$/)
  return page.url().split('/').pop() ?? ''
}

async function deploy(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Deploy' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Deploy' }).click()
  await expect(dialog).toBeHidden()
}

test('the editor shows the key of a workflow and copies it', async ({ page }) => {
  const key = await create(page, 'Keyed', 'Webhook')
  await page.getByRole('button', { name: `Copy the key: ${key}` }).click()
  expect(await copied(page)).toBe(key)
})

test('an event workflow is described, debugged with edited parameters, deployed and switched off', async ({ page }) => {
  const ensue = await server.signIn()
  const definition = {
    sync: false,
    trigger: { type: 'event', config: { events: ['sku_reorder'] } },
    nodes: [{ key: 'order', type: 'calculate', config: { expression: "'order ' & $param.sku" } }],
    options: {},
  }
  const key = await create(page, 'Reorder', 'Event')
  await ensue.workflows.saveDraft({ key, definition })
  await page.reload()
  await page.getByLabel('Description').fill('Orders what runs low')
  await page.getByLabel('Description').blur()
  await expect.poll(async () => (await ensue.workflows.get(key)).description).toBe('Orders what runs low')

  await page.getByText('Debug', { exact: true }).click()
  const debug = page.getByRole('complementary', { name: 'Debug' })
  const context = debug.getByRole('textbox', { name: 'What triggers it' })
  await expect(context).toContainText('param')
  await context.fill('{ "param": { "sku": 7 } }')
  await debug.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(debug.getByRole('region', { name: 'Last run' })).toContainText('Succeeded')
  const { data: runs } = await ensue.executions.list({ workflow: key, debug: true })
  expect((await ensue.executions.get(runs[0]!.id)).nodeRuns[0]?.output).toBe('order 7')

  await page.getByText('Canvas', { exact: true }).click()
  await deploy(page)
  const listeners = async () => (await ensue.events.emit('sku_reorder', { sku: 8 })).triggered.length
  await expect.poll(listeners).toBe(1)
  await page.getByRole('switch', { name: 'Enabled' }).click()
  await expect.poll(async () => (await ensue.workflows.get(key)).enabled).toBe(false)
  expect(await listeners()).toBe(0)
})

test('a webhook shows its URL, to be copied, and makes variables of a pasted sample', async ({ page }) => {
  const ensue = await server.signIn()
  const key = await create(page, 'Sampled', 'Webhook')
  const url = `${server.url}/api/webhooks/${key}`
  await page.getByText('Webhook', { exact: true }).first().click()
  await page.getByRole('button', { name: `Copy the URL: ${url}` }).click()
  expect(await copied(page)).toBe(url)

  await page.getByLabel('URL or query').fill(`${url}?query[0][a]=1`)
  // The one before it is the body of the reply.
  await page.getByRole('textbox', { name: 'Body', exact: true }).last().fill('{"a":1,"b":{"c":2}}')
  await page.getByRole('button', { name: 'Parse' }).click()
  await expect(page.getByLabel('Alias of query[0].a')).toBeVisible()
  await page.getByLabel('Alias of b.c').fill('The C')
  await page.getByRole('button', { name: 'Remove a', exact: true }).click()
  // Paths can be changed and added by hand.
  const ofUrl = page.getByRole('group', { name: 'Of the URL' })
  await ofUrl.locator('input[value="query[0].a"]').fill('query[1].a')
  await page.getByLabel('Another path of the body').fill('customer.name')
  await page.getByRole('button', { name: 'Add a path of the body' }).click()
  const declared = async () => (await ensue.workflows.get(key)).draft.trigger.config.variables
  await expect.poll(declared).toMatchObject({
    body: [{ path: 'b' }, { path: 'b.c', alias: 'The C' }, { path: 'customer.name' }],
    query: expect.arrayContaining([expect.objectContaining({ path: 'query[1].a' })]),
  })
})

test('a button offers the workflows that fit the data, and starts what it is bound to', async ({ page }) => {
  const ensue = await server.signIn()
  await ensue.collections.create({
    name: 'categories',
    title: 'Categories',
    fields: [{ name: 'name', type: 'string' }],
  })
  await ensue.collections.create({
    name: 'posts',
    title: 'Posts',
    fields: [
      { name: 'title', type: 'string', title: 'Title' },
      { name: 'category', type: 'belongsTo', target: 'categories', title: 'Category' },
    ],
  })
  const listen = async (key: string, collection: string, enabled = true) => {
    const trigger = { type: 'action', config: { collection, mode: 'local' } }
    await ensue.workflows.create({ key, title: key, definition: { sync: false, trigger, nodes: [], options: {} } })
    await ensue.workflows.deploy(key)
    await ensue.workflows.enable(key, enabled)
  }
  await listen('on-post', 'posts')
  await listen('on-category', 'categories')
  await listen('switched-off', 'posts', false)

  await page.goto(`${server.url}/data/posts`)
  await page.getByRole('button', { name: 'Columns, fields and buttons' }).click()
  const settings = page.getByRole('dialog', { name: 'Settings of Posts' })
  const button = settings.getByRole('region').first()
  await button.getByRole('button', { name: 'Bind a workflow' }).click()
  await button.getByRole('combobox', { name: 'Workflow' }).click()
  await expect(page.getByRole('option')).toHaveText(['on-post'])
  await button.getByRole('combobox', { name: 'Data' }).click()
  await page.getByRole('option', { name: /Category/ }).click()
  await button.getByRole('combobox', { name: 'Workflow' }).click()
  await expect(page.getByRole('option')).toHaveText(['on-category'])
  await button.getByRole('combobox', { name: 'Data' }).click()
  await page.getByRole('option', { name: 'The whole record' }).click()
  await button.getByRole('combobox', { name: 'Workflow' }).click()
  await page.getByRole('option', { name: 'on-post' }).click()
  await settings.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Settings saved.')).toBeVisible()

  const runs = async () => (await ensue.executions.list({ workflow: 'on-post' })).data.length
  await page.goto(`${server.url}/data/posts`)
  await page
    .getByRole('button', { name: /New|Submit|Add/ })
    .first()
    .click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Title').fill('Hello')
  await form.getByRole('button', { name: 'Submit' }).click()
  await expect.poll(runs).toBe(1)
  // What names nothing starts nothing.
  const [post] = (await ensue.collection('posts').list()).data
  await ensue.collection('posts').update(post!.id, { title: 'Hello again' })
  expect(await runs()).toBe(1)
})
