// Reading a real run on the real screen: better than nothing, the rows themselves, groups side by side, and the errors one by one.
import type { Page } from '@playwright/test'
import { expect, test } from './launch.ts'

const shot = async (page: Page, name: string): Promise<void> => {
  for (const theme of ['light', 'dark'] as const) {
    await page.evaluate((wanted) => { document.documentElement.dataset['theme'] = wanted }, theme)
    await page.screenshot({ path: test.info().outputPath(`${name}-${theme}.png`) })
  }
}

test('baselines, findings, groups and the browser of errors', async ({ page }) => {
  test.setTimeout(120_000)
  await page.getByRole('button', { name: 'Open the sample workspace' }).click()
  await expect(page.getByText('No jobs running')).toBeVisible({ timeout: 60_000 })
  await page.evaluate(() => { location.hash = '#/runs' })
  await page.locator('a[href^="#/run/"]').first().click()

  const nothing = page.getByRole('region', { name: 'Better than nothing?' })
  await expect(nothing.getByRole('status')).toHaveText(/^Better than always answering the most frequent class \(<=50K\) by \d+\.\d points of accuracy \(95 %: \d+\.\d to \d+\.\d\)\.$/, { timeout: 30_000 })
  await expect(nothing.getByRole('table', { name: 'Baselines' }).getByRole('row')).toHaveCount(4)
  await shot(page, 'baselines')
  const rows = page.getByRole('region', { name: 'The evaluated rows' })
  await rows.getByRole('button', { name: 'Look closer' }).click()
  await expect(rows.getByRole('status')).toContainText('findings in 4,000 scored rows', { timeout: 30_000 })
  // The counts of pandas, as in test/fixtures-facts/baseline-facts.json.
  await expect(rows.getByRole('list', { name: 'Findings' })).toContainText('104 rows (2.6 %) repeat the model’s inputs of an earlier row')
  await rows.scrollIntoViewIfNeeded()
  await shot(page, 'quality')

  await page.getByRole('tab', { name: 'Slices' }).click()
  const groups = page.getByRole('region', { name: 'Groups side by side' })
  await groups.getByLabel('Group by').selectOption('sex', { timeout: 30_000 })
  await expect(groups.getByRole('table', { name: 'Rates by group' }).getByRole('row').filter({ hasText: 'Female' })).toContainText('1,313', { timeout: 30_000 })
  await expect(groups.getByText(/below the four fifths/)).toBeVisible()
  await groups.scrollIntoViewIfNeeded()
  await shot(page, 'fairness')

  await page.getByRole('tab', { name: 'Rows' }).click()
  const search = page.getByRole('search', { name: 'Which rows' })
  await search.getByLabel('Rows').selectOption('wrong')
  await search.getByLabel('Column').selectOption('sex')
  await search.getByLabel('Value').fill('Female')
  await search.getByLabel('Value').press('Enter')
  await expect(search.getByRole('button', { name: 'Remove: sex is Female' })).toBeVisible()
  const table = page.getByRole('table', { name: 'Predictions' })
  await expect(table.getByRole('row').nth(1)).toContainText('Female')
  await shot(page, 'rows')
  await table.getByRole('row').nth(1).focus()
  await page.keyboard.press('Enter')
  const view = page.getByRole('dialog')
  const title = await view.getByRole('heading').first().textContent()
  await view.getByRole('button', { name: 'Find the nearest right rows' }).click()
  await expect(view.getByRole('status')).toContainText('that the model has right', { timeout: 30_000 })
  await expect(view.getByRole('columnheader')).toHaveCount(7)
  await shot(page, 'row')
  await page.keyboard.press('ArrowRight')
  await expect(view.getByRole('heading').first()).not.toHaveText(title ?? '')
  await page.keyboard.press('Escape')
  await expect(view).toBeHidden()
  // Several versions in one go, one after the other.
  await page.evaluate(() => { location.hash = '#/datasets' })
  await page.locator('a[href^="#/dataset/"]').first().click()
  const ran = page.getByRole('region', { name: 'Runs on this data' }).getByRole('table').getByText('Finished')
  await expect(ran).toHaveCount(2)
  await page.getByRole('tab', { name: 'Evaluate several' }).click()
  const versions = page.getByRole('list', { name: 'Versions with a stored binding' }).getByRole('checkbox')
  await expect(versions).toHaveCount(2)
  for (const box of await versions.all()) await box.check()
  await shot(page, 'queue')
  await page.getByRole('button', { name: 'Evaluate 2 versions' }).click()
  await expect(ran).toHaveCount(4, { timeout: 60_000 })
})
