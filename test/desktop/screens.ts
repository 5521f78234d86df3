// The screens as a user finds them: by their names. Steps that several journeys share.
import type { Page } from '@playwright/test'
import { expect } from './launch.ts'
import { dropFiles } from './drop-files.ts'

/** Drops files and waits until the report of what came in says all of these words. */
export async function bringIn(page: Page, paths: readonly string[], words: readonly (string | RegExp)[]): Promise<void> {
  await dropFiles(page, paths)
  const report = page.getByRole('region', { name: 'What came in' })
  for (const word of words) await expect(report).toContainText(word)
}

export async function place(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click()
}

/** Chooses an option of a field by the start of its words. */
export async function choose(page: Page, label: string, option: RegExp): Promise<void> {
  const field = page.getByLabel(label, { exact: true })
  const found = field.locator('option', { hasText: option }).first()
  await found.waitFor({ state: 'attached' })
  await field.selectOption(await found.getAttribute('value') ?? '')
}

export interface Choice { readonly model: RegExp; readonly version: RegExp; readonly data: RegExp; readonly label: string }

/** From the evaluate screen to a started run: model, version, data, the label column's name, start. */
export async function evaluate(page: Page, choice: Choice): Promise<void> {
  await page.evaluate(() => { location.hash = '#/evaluate' })
  await choose(page, 'Model', choice.model)
  await choose(page, 'Version', choice.version)
  await choose(page, 'Data set', choice.data)
  await choose(page, 'Label column', new RegExp(`^${choice.label}$`))
  const start = page.getByRole('button', { name: 'Start evaluation' })
  await expect(start).toBeEnabled({ timeout: 30_000 })
  await start.click()
  await expect(page).toHaveURL(/#\/runs?\//)
}

/** The figure of a headline metric on the run's screen. */
export function tile(page: Page, title: string): ReturnType<Page['locator']> {
  return page.getByRole('group', { name: 'Headline metrics' }).locator('> div', { has: page.getByRole('button', { name: `${title}: definition`, exact: true }) })
}
