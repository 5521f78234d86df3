// Personal data and retention on their screens: columns are flagged, values forgotten, predictions previewed and removed by a rule.
import { expect, test } from './launch.ts'
import { fixture } from '../setup/fixtures.ts'
import { bringIn, evaluate } from './screens.ts'

test('flag a column, preview and run retention, forget the values', async ({ page }) => {
  await bringIn(page, [fixture('iris/models/iris-logreg-tensor.onnx'), fixture('iris/data/iris.csv')], ['iris-logreg-tensor', 'iris.csv'])
  for (const round of [1, 2]) {
    await evaluate(page, { model: /iris/, version: /1/, data: /iris\.csv/, label: 'species' })
    await expect(page.getByText(/^0\.96/).first(), `run ${round}`).toBeVisible({ timeout: 60_000 })
  }
  await page.evaluate(() => { location.hash = '#/settings' })
  const retention = page.getByRole('region', { name: 'Retention' })
  await retention.getByLabel('Older than, days').fill('0')
  await expect(retention.getByRole('status')).toContainText('would remove the predictions of 1 run')
  await expect(retention.getByRole('table', { name: 'Predictions that would be removed' })).toContainText('iris.csv')
  await retention.screenshot({ path: test.info().outputPath('retention.png') })
  await retention.getByRole('button', { name: 'Remove them…' }).click()
  await page.getByLabel('Reason').fill('clean-up')
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(retention.getByRole('status')).toHaveText(/This rule would remove nothing/)

  await page.evaluate(() => { location.hash = '#/datasets' })
  await page.getByRole('link', { name: 'iris.csv' }).first().click()
  await page.getByRole('tab', { name: 'Source and format' }).click()
  const personal = page.getByRole('region', { name: 'Personal data' })
  await personal.getByRole('button', { name: 'Flag personal data…' }).click()
  await page.getByRole('checkbox', { name: 'petal_width' }).check()
  await page.screenshot({ path: test.info().outputPath('flag.png') })
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(personal).toContainText('1 column with personal data: petal_width.')
  await page.screenshot({ path: test.info().outputPath('flagged.png') })
  await personal.getByRole('button', { name: 'Forget its values…' }).click()
  await page.getByLabel('Reason').fill('asked to erase')
  await page.getByRole('button', { name: 'Forget', exact: true }).click()
  await expect(page.getByText('The values of this data set were forgotten').first()).toBeVisible()
  await expect(page.getByText('asked to erase').first()).toBeVisible()
  await page.screenshot({ path: test.info().outputPath('forgotten.png') })
})
