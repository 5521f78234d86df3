// The explanation of a real run on the real screen: its cost beforehand, importance, dependence, and the shares of one record.
import { faultsInBothThemes } from './faults.ts'
import { expect, test } from './launch.ts'

test('explaining a run and one of its records', async ({ page }) => {
  test.setTimeout(120_000)
  await page.getByRole('button', { name: 'Open the sample workspace' }).click()
  await expect(page.getByText('No jobs running')).toBeVisible({ timeout: 60_000 })
  await page.evaluate(() => { location.hash = '#/runs' })
  await page.locator('a[href^="#/run/"]').first().click()
  await page.getByRole('tab', { name: 'Explain' }).click()
  await expect(page.getByRole('tabpanel')).toContainText('mixed rows')
  await page.getByLabel('Explain this record too').fill('7')
  await page.getByRole('button', { name: 'Explain', exact: true }).click()
  const importance = page.getByRole('table', { name: 'Importance' })
  await expect(importance).toBeVisible({ timeout: 60_000 })
  // Twelve columns feed the sample's models.
  await expect(importance.getByRole('row')).toHaveCount(13)
  await expect(page.getByRole('table', { name: 'Shares of record 7' }).getByRole('row')).toHaveCount(13)
  await expect(page.getByRole('figure')).toHaveCount(12)
  await page.screenshot({ path: test.info().outputPath('explain.png') })
  await page.getByRole('figure').first().scrollIntoViewIfNeeded()
  await page.screenshot({ path: test.info().outputPath('explain-2.png') })
  expect(await faultsInBothThemes(page)).toEqual([])
  await page.getByLabel('Explain this record too').fill('999999')
  await page.getByRole('button', { name: 'Explain', exact: true }).click()
  await expect(page.getByRole('tabpanel').getByRole('alert')).toContainText('record 999999 was not scored', { timeout: 30_000 })
})
