// The main job as its user does it in the window: what the window of the checkout and that of the installed package both have to do.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { fixture } from '../setup/fixtures.ts'
import { dropFiles } from './drop-files.ts'
import { expect } from './launch.ts'
import { bringIn, evaluate, tile } from './screens.ts'

interface Reference { readonly metrics: Readonly<Record<string, number>> }
export const reference = (path: string): Reference['metrics'] => (JSON.parse(readFileSync(fixture(path), 'utf8')) as Reference).metrics

/** Writes down the name of every progress bar that is ever shown. */
async function watchProgress(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const seen = new Set<string>()
    ;(globalThis as { seenProgress?: Set<string> }).seenProgress = seen
    new MutationObserver(() => {
      for (const bar of document.querySelectorAll('[role=progressbar]')) seen.add(bar.getAttribute('aria-label') ?? '')
    }).observe(document.body, { childList: true, subtree: true })
  })
  return () => page.evaluate(() => [...(globalThis as { seenProgress?: Set<string> }).seenProgress!])
}

async function expectFigures(page: Page, accuracy: string, auc: string): Promise<void> {
  await expect(tile(page, 'Accuracy')).toContainText(accuracy, { timeout: 60_000 })
  await expect(tile(page, 'Area under the ROC curve')).toContainText(auc)
}

/** From dropped models to a bundle that verifies. */
export async function doMainJob(app: ElectronApplication, page: Page, folder: string): Promise<void> {
  const complaints: string[] = []
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()) })
  page.on('pageerror', (error) => complaints.push(error.message))

  await bringIn(page, [fixture('adult-income/models/income-v1-logreg.onnx')], ['was imported from income-v1-logreg.onnx'])
  await page.getByRole('table', { name: 'Models' }).getByRole('link', { name: 'income', exact: false }).first().click()
  await expect(page).toHaveURL(/#\/model\//)
  await bringIn(page, [fixture('adult-income/models/income-v2-gboost.onnx')], ['was imported from income-v2-gboost.onnx'])
  await bringIn(page, [fixture('adult-income/data/test.csv')], [/test\S* was added with 4,000 rows/])

  const progress = await watchProgress(page)
  const choice = { model: /income/, data: /^test/, label: 'income' }
  await evaluate(page, { ...choice, version: /^v1 / })
  await expectFigures(page, '0.8462', '0.8984')
  await evaluate(page, { ...choice, version: /^v2 / })
  await expectFigures(page, '0.8618', '0.9141')
  expect((await progress()).join('\n')).toMatch(/^(Evaluating|Progress of evaluat.*)$/im)
  const runAddress = page.url()

  await page.evaluate(() => { location.hash = '#/library' })
  await page.getByRole('table', { name: 'Models' }).getByRole('link', { name: 'income', exact: false }).first().click()
  await page.getByRole('link', { name: 'Compare v1 and v2' }).click()
  const row = page.getByRole('table', { name: 'Metrics' }).getByRole('row').filter({ has: page.getByRole('button', { name: 'Accuracy: definition', exact: true }) })
  const [before, after] = [reference('adult-income/reference/v1.test.json'), reference('adult-income/reference/v2.test.json')]
  await expect(row).toContainText(before['accuracy']!.toFixed(4))
  await expect(row).toContainText(after['accuracy']!.toFixed(4))
  await expect(row).toContainText('Better')

  await page.evaluate((hash) => { location.hash = hash }, new URL(runAddress).hash)
  await page.getByRole('link', { name: 'Gate and export' }).click()
  await page.getByRole('button', { name: 'Check the gate' }).click()
  await expect(page.getByText('Passed', { exact: true })).toBeVisible()

  const bundle = join(folder, 'income-2.0.0.mlbundle.zip')
  await app.evaluate(({ dialog }, filePath) => { dialog.showSaveDialog = (async () => ({ canceled: false, filePath })) as typeof dialog.showSaveDialog }, bundle)
  await page.getByRole('link', { name: 'Choose targets and export' }).click()
  await page.getByRole('button', { name: 'Export bundle…' }).click()
  await expect(page.getByRole('heading', { name: 'The bundle is in place' })).toBeVisible({ timeout: 60_000 })
  expect(existsSync(bundle)).toBe(true)

  await dropFiles(page, [bundle])
  await expect(page.getByText('Trusted', { exact: true })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole('table', { name: 'Checks' })).not.toContainText('Fails')
  expect(complaints).toEqual([])
}
