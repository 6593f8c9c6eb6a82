import { expect, type Page } from '@playwright/test'
import axe from 'axe-core'
import { ADMIN, type TestServer } from './start-server.ts'

export async function signIn(page: Page, { url }: TestServer): Promise<void> {
  await page.goto(`${url}/`)
  await page.getByLabel('E-mail address').fill(ADMIN.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
}

/** What axe finds on the page that keeps somebody from using it. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // What fades in or out has no contrast of its own.
  await page.waitForFunction(() => document.getAnimations().every((one) => !(one instanceof CSSTransition)))
  await page.addScriptTag({ content: axe.source }).catch(() => page.evaluate(axe.source))
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      rules: { 'label-content-name-mismatch': { enabled: false } },
    }),
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}
