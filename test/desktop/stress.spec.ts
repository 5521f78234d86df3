// A stress test of a real run on the real screen: its cost beforehand, the verdict, a curve with its numbers, kept when the window is loaded anew.
// And a digit covered part by part, with the drops drawn over it.
import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fixture } from '../setup/fixtures.ts'
import { dropFiles } from './drop-files.ts'
import { expect, test } from './launch.ts'
import { bringIn, choose } from './screens.ts'

test('stressing a run, and finding the result again', async ({ page }) => {
  test.setTimeout(120_000)
  await page.getByRole('button', { name: 'Open the sample workspace' }).click()
  await expect(page.getByText('No jobs running')).toBeVisible({ timeout: 60_000 })
  await page.evaluate(() => { location.hash = '#/runs' })
  await page.locator('a[href^="#/run/"]').first().click()
  await page.getByRole('tab', { name: 'Stress' }).click()
  const panel = page.getByRole('tabpanel')
  await expect(panel).toContainText('Not stressed yet')
  for (const kind of ['Numeric noise', 'Scaled units', 'Out-of-range numbers', 'Swapped columns']) await panel.getByLabel(kind).uncheck()
  await panel.getByLabel('Steps of each').fill('2')
  await panel.getByLabel('Rows drawn').fill('300')
  await expect(panel).toContainText('5 passes over 300 rows')
  await panel.getByRole('button', { name: 'Stress the run' }).click()
  const steps = panel.getByRole('table', { name: 'Missing values, all steps' })
  await expect(steps).toBeVisible({ timeout: 60_000 })
  // The header, the untouched rows and two steps.
  await expect(steps.getByRole('row')).toHaveCount(4)
  await expect(panel.getByRole('status').first()).toContainText(/^The first to hurt: .* the (area under the ROC curve|accuracy|log loss) goes from 0\.\d{4} to 0\.\d{4}/)
  await expect(panel.getByRole('figure')).toHaveCount(2)
  await panel.getByRole('button', { name: 'What is done' }).first().click()
  await expect(page.getByRole('dialog')).toContainText('emptied with this chance')
  await page.keyboard.press('Escape')
  await page.screenshot({ path: test.info().outputPath('stress.png') })
  await page.evaluate(() => { document.documentElement.dataset['theme'] = 'dark' })
  await page.screenshot({ path: test.info().outputPath('stress-dark.png') })
  await page.reload()
  await expect(page.getByRole('table', { name: 'Missing values, all steps' }).getByRole('row')).toHaveCount(4, { timeout: 30_000 })
})

test('a digit with every part of it covered in turn', async ({ page, folder }) => {
  test.setTimeout(120_000)
  const all = fixture('mnist/images/test')
  for (const digit of readdirSync(all)) {
    mkdirSync(join(folder, 'digits', digit), { recursive: true })
    for (const file of readdirSync(join(all, digit)).slice(0, 2)) cpSync(join(all, digit, file), join(folder, 'digits', digit, file))
  }
  await bringIn(page, [fixture('mnist/models/mnist-cnn-v1-float32.onnx')], ['mnist-cnn-v1-float32.onnx'])
  await dropFiles(page, [join(folder, 'digits')])
  await expect(page.getByRole('region', { name: 'What came in' })).toContainText('was added with', { timeout: 30_000 })
  await page.evaluate(() => { location.hash = '#/evaluate' })
  await choose(page, 'Model', /mnist/)
  await choose(page, 'Data set', /^digits/)
  const start = page.getByRole('button', { name: 'Start evaluation' })
  await expect(start).toBeEnabled({ timeout: 30_000 })
  await start.click()
  await page.getByRole('tab', { name: 'Explain' }).click({ timeout: 60_000 })
  const panel = page.getByRole('tabpanel')
  // 28 pixels, a patch of 4 moved by 2: 13 positions along each side, and the whole picture.
  await expect(panel).toContainText('170 pictures')
  await panel.getByLabel('Record').fill('7')
  await panel.getByRole('button', { name: 'Explain', exact: true }).click()
  await expect(panel.getByRole('status').first()).toContainText(/The probability of 3 for .+ is 0\.\d+; the true class is 3\. It falls most/, { timeout: 30_000 })
  await expect(panel.getByRole('table', { name: 'Patch positions' })).toBeVisible()
  await expect(panel.locator('svg rect').first()).toBeAttached()
  await page.screenshot({ path: test.info().outputPath('occlusion.png') })
  await page.evaluate(() => { document.documentElement.dataset['theme'] = 'dark' })
  await page.screenshot({ path: test.info().outputPath('occlusion-dark.png') })
  await panel.getByLabel('Draw the drops over the picture').uncheck()
  await expect(panel.getByRole('img', { name: /as the model sees it$/ })).toBeVisible()
})
