// Two versions of the sample on the real screen: the verdict in words, the forest, the rows on which they differ, one of them opened. Looked at in both themes.
import { faultsInBothThemes } from './faults.ts'
import { expect, test } from './launch.ts'

const size = (width: number) => ({ width, height: 900 })

test('compare: the verdict in words, differences with intervals, and the rows behind them', async ({ app, page }) => {
  test.setTimeout(120_000)
  const resize = (width: number) => app.evaluate(({ BrowserWindow }, to) => { BrowserWindow.getAllWindows()[0]?.setContentSize(to.width, to.height) }, size(width))
  await page.getByRole('button', { name: 'Open the sample workspace' }).click()
  await expect(page.getByText('No jobs running')).toBeVisible({ timeout: 60_000 })
  await page.evaluate(() => { location.hash = '#/library' })
  await page.locator('a[href^="#/model/"]').first().click()
  await page.getByRole('link', { name: 'Compare v1 and v2' }).click()
  const forest = page.getByRole('table', { name: /^Differences of / })
  await expect(forest).toBeVisible({ timeout: 30_000 })
  // The same rows and models as the fixture's reference: 79 and 141 rows that only one of them has right.
  const verdict = page.getByRole('tabpanel').getByRole('status')
  await expect(verdict).toContainText(/is better than .* Accuracy is better: higher by 0\.0155/)
  await expect(forest.getByRole('row').nth(1).getByRole('img')).toHaveAttribute('aria-label', /^\+0\.0155 \(\+0\.0\d+ to \+0\.0\d+\)$/)
  await resize(1600)
  expect(await faultsInBothThemes(page)).toEqual([])
  await page.evaluate(() => { document.documentElement.dataset['theme'] = 'dark' })
  await page.screenshot({ path: test.info().outputPath('verdict-dark-1600.png') })
  await page.evaluate(() => { document.documentElement.dataset['theme'] = 'light' })
  await resize(1280)
  await page.screenshot({ path: test.info().outputPath('verdict-1280.png') })
  await page.getByText('Tests and every answer in words').click()
  await expect(page.getByText(/only .* 79, only .* 141/)).toBeVisible()

  await page.getByRole('tab', { name: 'Disagreements' }).click()
  await expect(page.getByText(/differ in 220 of 4,000 rows/)).toBeVisible({ timeout: 30_000 })
  const rows = page.getByRole('table', { name: 'Rows that differ' })
  await page.getByLabel('Show', { exact: true }).selectOption('first-right')
  await expect(rows.getByRole('row').nth(1)).toContainText('v1 right, v2 wrong')
  await resize(1280)
  await page.screenshot({ path: test.info().outputPath('disagreements-1280.png') })
  await rows.getByRole('row').nth(1).click()
  await expect(page.getByRole('dialog')).toContainText('True answer')
  await page.screenshot({ path: test.info().outputPath('row-1280.png') })
  await expect(page.getByRole('table', { name: 'The whole row' })).toContainText('education')
  await page.keyboard.press('Escape')
  const segments = page.getByRole('region', { name: 'Where they differ most' }).getByRole('button')
  if (await segments.count() > 0) {
    await segments.first().click()
    await expect(segments.first()).toHaveAttribute('aria-pressed', 'true')
  }
})
