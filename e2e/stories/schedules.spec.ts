import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { signIn } from '../browser.ts'
import { startServer, type TestServer } from '../start-server.ts'

let server: TestServer
let folder: string

test.beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ensue-schedules-'))
  await chmod(folder, 0o755)
  server = await startServer({ ENSUE_DATA_DIR: folder })
})
test.afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

test('a schedule shows its next runs while it is set up, and is listed once it is live', async ({ page }) => {
  const ensue = await server.signIn()
  const definition = { sync: false, trigger: { type: 'schedule', config: {} }, nodes: [], options: {} }
  await ensue.workflows.create({ key: 'report', title: 'Morning report', definition })
  await signIn(page, server)
  await page.goto(`${server.url}/workflows/report`)
  await page.getByText('Schedule', { exact: true }).first().click()
  const preview = page.getByRole('region', { name: 'Next runs' })
  const cron = page.getByLabel('Cron expression')
  await cron.fill('0 25 * * *')
  await expect(preview).toContainText('Invalid value for hour')
  await cron.fill('30 9 * * 1-5')
  await expect(preview).toContainText('At 09:30, Monday through Friday')
  await expect(preview.getByRole('listitem')).toHaveCount(10)
  await page.getByText('Interval', { exact: true }).first().click()
  await page.getByRole('textbox', { name: 'Interval', exact: true }).fill('1')
  await expect(preview).toContainText('Every minute')

  await page.getByRole('button', { name: 'Deploy' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Deploy/ })
    .click()
  await expect(page.getByText('v1 live')).toBeVisible()
  await ensue.workflows.enable('report')
  await page.goto(`${server.url}/settings?tab=schedules`)
  const row = page.getByRole('row', { name: /Morning report/ })
  await expect(row).toContainText('Every minute')
  await row.getByRole('button', { name: 'Run Morning report now' }).click()
  await expect(page.getByText('Morning report was started.')).toBeVisible()
  await row.getByText('Morning report').click()
  await expect(page).toHaveURL(/\/workflows\/report/)
})
