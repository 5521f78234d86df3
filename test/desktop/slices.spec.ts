// The slices of a real run on the real screen: weak parts named and measured against the whole, narrowed to one column, and cancelled.
import { faultsInBothThemes } from './faults.ts'
import { expect, test } from './launch.ts'

test('the slices of a run: weak ones first, segments in words, one column by choice', async ({ page }) => {
  test.setTimeout(120_000)
  await page.getByRole('button', { name: 'Open the sample workspace' }).click()
  await expect(page.getByText('No jobs running')).toBeVisible({ timeout: 60_000 })
  await page.evaluate(() => { location.hash = '#/runs' })
  await page.locator('a[href^="#/run/"]').first().click()
  await page.getByRole('tab', { name: 'Slices' }).click()
  const table = page.getByRole('table', { name: 'Slices' })
  await expect(table).toBeVisible({ timeout: 30_000 })
  await expect(page.getByRole('tabpanel').getByRole('status')).toContainText(/Of \d+ slices with at least 30 rows, \d+ are clearly worse/)
  await expect(page.getByText('Weak segments')).toBeVisible()
  await expect(table.getByRole('row').nth(1)).toContainText('weak')
  await page.screenshot({ path: test.info().outputPath('slices.png') })
  expect(await faultsInBothThemes(page)).toEqual([])
  await page.getByLabel('Show', { exact: true }).selectOption('sex')
  // The two values of the reference file's own slices.
  await expect(table.getByRole('row').filter({ hasText: 'Female' })).toContainText('1,313')
  await expect(table.getByRole('row').filter({ hasText: 'Female' }).getByRole('img')).toHaveAttribute('aria-label', /\(0\.\d+ to 0\.\d+\)/)
})
