// The threshold explorer on a real run: keys on the slider move every number without a question to the core, a cost has its best threshold, and it is saved.
import { expect, test } from './launch.ts'

test('the threshold of a run: moved by keys, typed, found for a cost, saved into the binding', async ({ page }) => {
  test.setTimeout(120_000)
  await page.getByRole('button', { name: 'Open the sample workspace' }).click()
  await expect(page.getByText('No jobs running')).toBeVisible({ timeout: 60_000 })
  await page.evaluate(() => { location.hash = '#/runs' })
  await page.locator('a[href^="#/run/"]').first().click()
  await page.getByRole('tab', { name: 'Threshold' }).click()
  const slider = page.getByRole('slider', { name: 'Move the threshold' })
  await expect(slider).toBeVisible({ timeout: 30_000 })
  const matrix = page.getByRole('region', { name: 'Confusion matrix' })
  const total = async (): Promise<readonly number[]> => (await matrix.locator('td').allInnerTexts()).map((t) => Number(/^[\d,]+/.exec(t.trim())?.[0].replaceAll(',', '') ?? NaN)).filter((n) => !Number.isNaN(n))

  // At the lowest threshold every row is selected, at the highest none; the slider goes there by its own keys.
  await slider.focus()
  await page.keyboard.press('Home')
  await expect(matrix.getByRole('heading')).toHaveText('Confusion matrix at 0')
  const [tn, fp, , fn, tp] = await total()
  expect([tn, fn]).toEqual([0, 0])
  await page.keyboard.press('End')
  const [tn1, fp1, , fn1, tp1] = await total()
  expect([tn1! + fp1!, fn1! + tp1!]).toEqual([fp, tp])
  expect(fp1! + tp1!).toBeLessThan(fp! + tp!)

  // A number typed between two scores is counted exactly.
  await page.getByRole('textbox', { name: 'Threshold', exact: true }).fill('0.3')
  await expect(matrix.getByRole('heading')).toHaveText('Confusion matrix at 0.3')
  const measures = page.getByRole('table', { name: 'Measures at the threshold' })
  const [, , , , found] = await total()
  await expect(measures.getByRole('row').filter({ hasText: 'Recall' })).toContainText((found! / tp!).toFixed(4))

  await page.getByLabel('Best for').selectOption('cost')
  await page.getByLabel('Cost of a false negative').fill('5')
  await expect(page.getByText('1 for a false positive, 5 for a false negative): ')).toBeVisible({ timeout: 30_000 })
  await expect(measures.getByRole('row').filter({ hasText: 'Cost' })).toBeVisible()
  await page.getByRole('button', { name: 'Go to the best' }).click()
  await page.screenshot({ path: test.info().outputPath('threshold.png') })
  await page.getByRole('button', { name: 'Use this threshold' }).click()
  // Once on the screen, once for screen readers.
  await expect(page.getByText(/Saved the threshold .* Earlier runs keep theirs/).first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Use this threshold' })).toBeDisabled()
  await page.getByRole('button', { name: 'Fit', exact: true }).click()
  await expect(page.getByRole('table', { name: 'Before and after the calibration' })).toContainText('Log loss', { timeout: 30_000 })
  await expect(page.getByText(/temperature \d\.\d+/)).toBeVisible()
  await page.getByRole('button', { name: 'Use this calibration' }).click()
  await expect(page.getByText(/Saved the calibration as revision/).first()).toBeVisible()
  await page.evaluate(() => { document.documentElement.dataset['theme'] = 'dark' })
  await page.getByRole('button', { name: 'Use this calibration' }).scrollIntoViewIfNeeded()
  await page.screenshot({ path: test.info().outputPath('threshold-dark.png') })
})
