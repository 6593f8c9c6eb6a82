import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { seriousFindings, signIn } from '../browser.ts'
import { startServer, type TestServer } from '../start-server.ts'

let server: TestServer
let folder: string

test.beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ensue-actions-'))
  await chmod(folder, 0o755)
  server = await startServer({ ENSUE_DATA_DIR: folder })
  const ensue = await server.signIn()
  await ensue.collections.create({
    name: 'orders',
    title: 'Orders',
    fields: [
      { name: 'number', type: 'string' },
      { name: 'carrier', type: 'string' },
    ],
  })
  for (const number of ['2026-1', '2026-2', '2026-3']) await ensue.collection('orders').create({ number })
  const carrier = { type: 'string', title: 'Carrier', enum: ['DHL', 'Post'] }
  const start = async (key: string, title: string, config: object, nodes: object[] = []) => {
    await ensue.workflows.create({ key, title, definition: { trigger: { type: 'manual', config }, nodes } as never })
    await ensue.workflows.deploy(key)
    await ensue.workflows.enable(key)
  }
  await start(
    'ship',
    'Ship it',
    { collection: 'orders', records: 'one', input: { type: 'object', required: ['carrier'], properties: { carrier } } },
    [
      {
        key: 'mark',
        type: 'record.update',
        config: {
          collection: 'orders',
          id: '{{$context.data.id}}',
          values: { carrier: '{{$context.input.carrier}}' },
        },
      },
    ],
  )
  await start('pick', 'Print a pick list', { collection: 'orders', records: 'many' })
  await start('close', 'Close the day', { records: 'none' })
})
test.afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

test('custom actions start on chosen records, on one record, and on none', async ({ page }) => {
  const ensue = await server.signIn()
  await signIn(page, server)
  await page.goto(`${server.url}/data/orders`)

  await test.step('one run for each chosen record, after the form is filled in', async () => {
    await page.getByRole('checkbox', { name: 'Select record 1' }).check()
    await page.getByRole('checkbox', { name: 'Select record 2' }).check()
    await page.getByRole('button', { name: 'Ship it' }).click()
    const form = page.getByRole('dialog', { name: 'Ship it' })
    await form.getByRole('button', { name: 'Start' }).click()
    await expect(form.getByText(/required/)).toBeVisible()
    await form.getByRole('combobox', { name: 'Carrier' }).click()
    await page.getByRole('option', { name: 'DHL' }).click()
    expect(await seriousFindings(page)).toEqual([])
    await form.getByRole('button', { name: 'Start' }).click()
    await expect(form.getByText('Succeeded')).toHaveCount(2)
    await form.getByRole('button', { name: 'Done' }).click()
    await expect(page.getByRole('row', { name: /DHL/ })).toHaveCount(2)
  })

  await test.step('one run with the list of chosen records', async () => {
    await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
    await page.getByRole('button', { name: 'Print a pick list' }).click()
    const form = page.getByRole('dialog', { name: 'Print a pick list' })
    await form.getByRole('button', { name: 'Start' }).click()
    await expect(form.getByText('Succeeded')).toHaveCount(1)
    await form.getByRole('button', { name: 'Done' }).click()
    const { data } = await ensue.executions.list({ workflow: 'pick' })
    expect(data).toHaveLength(1)
    expect((await ensue.executions.get(data[0]!.id)).context).toMatchObject({ data: { length: 3 } })
  })

  await test.step('from the form of a record', async () => {
    await page.getByRole('row', { name: /2026-3/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Ship it' }).click()
    const form = page.getByRole('dialog', { name: 'Ship it' })
    await form.getByRole('combobox', { name: 'Carrier' }).click()
    await page.getByRole('option', { name: 'Post' }).click()
    await form.getByRole('button', { name: 'Start' }).click()
    await expect(form.getByText('Succeeded')).toBeVisible()
    expect(await ensue.collection('orders').get(3)).toMatchObject({ carrier: 'Post' })
  })

  await test.step('on no record, from the start page and from the page of the workflow', async () => {
    await page.goto(server.url)
    await page.getByRole('button', { name: 'Close the day' }).click()
    const form = page.getByRole('dialog', { name: 'Close the day' })
    await form.getByRole('button', { name: 'Start' }).click()
    await expect(form.getByText('Succeeded')).toBeVisible()
    await page.goto(`${server.url}/workflows/close`)
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Run' }).click()
    await expect(page).toHaveURL(/\/executions\//)
    await expect(page.getByText('Succeeded').first()).toBeVisible()
  })
})
