// Everybody can do the main job: by keyboard alone, on a window enlarged to 200 %; and what ends is read out. Faults of screens: every-screen.spec.ts.
import { join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { fixture } from '../setup/fixtures.ts'
import { expect, test } from './launch.ts'
import { press, tabTo, type } from './keyboard.ts'
import { tile } from './screens.ts'

/** Answers the next native dialogs for the user: what is opened, where something is saved. */
async function answerDialogs(app: ElectronApplication, open: string, save = ''): Promise<void> {
  await app.evaluate(({ dialog }, [openPath, savePath]) => {
    dialog.showOpenDialog = (async () => ({ canceled: false, filePaths: [openPath] })) as unknown as typeof dialog.showOpenDialog
    dialog.showSaveDialog = (async () => ({ canceled: false, filePath: savePath })) as unknown as typeof dialog.showSaveDialog
  }, [open, save] as const)
}

/** As a reader who needs everything twice as large has it: half as many pixels in each direction. */
async function enlarge(app: ElectronApplication, page: Page): Promise<void> {
  await app.evaluate(({ BrowserWindow }) => { BrowserWindow.getAllWindows()[0]!.webContents.setZoomFactor(2) })
  await expect.poll(() => page.evaluate(() => window.devicePixelRatio)).toBe(2)
}

/** Nothing has to be scrolled sideways to be read (WCAG 2.2, 1.4.10), but for tables, which scroll in themselves. */
async function expectNoSideways(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
  expect(await page.evaluate(() => { const main = document.querySelector('[data-page-scroll]'); return main === null ? 0 : main.scrollWidth - main.clientWidth })).toBeLessThanOrEqual(1)
}

/** Notes every sentence that the live region is given. */
async function hear(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const heard: string[] = (globalThis as unknown as { heard: string[] }).heard = []
    const region = document.querySelector('[aria-label="Announcements"]')!
    new MutationObserver((changes) => { for (const change of changes) for (const node of change.addedNodes) heard.push(node.textContent ?? '') }).observe(region, { childList: true })
  })
  return () => page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard)
}

test('the main job by keyboard alone on a window enlarged to 200 %, from an empty library to a bundle', async ({ app, page, folder }) => {
  test.setTimeout(150_000)
  await enlarge(app, page)
  const heard = await hear(page)
  await expect(page.locator('[aria-live]')).toHaveCount(1)
  const report = page.getByRole('region', { name: 'What came in' })
  await answerDialogs(app, fixture('adult-income/models/income-v2-gboost.onnx'), join(folder, 'income.mlbundle.zip'))
  await expectNoSideways(page)
  await press(page, page.getByRole('button', { name: 'Import a model…' }).first())
  await expect(report).toContainText('was imported from income-v2-gboost.onnx')
  await page.keyboard.press('Control+2')
  await expect(page.getByRole('heading', { name: 'Data sets', level: 1 })).toBeFocused()
  await answerDialogs(app, fixture('adult-income/data/test.csv'), join(folder, 'income.mlbundle.zip'))
  await press(page, page.getByRole('button', { name: 'Add a table…' }).first())
  await expect(report).toContainText('was added with 4,000 rows')

  await page.keyboard.press('Control+1')
  const models = page.getByRole('table', { name: 'Models' })
  await press(page, models.locator('tbody tr').first())
  await expect(page).toHaveURL(/#\/model\//)
  await press(page, page.getByRole('link', { name: 'Evaluate' }))
  await expect(page.getByRole('heading', { name: 'Evaluate', level: 1 })).toBeFocused()
  await type(page, page.getByLabel('Data set', { exact: true }), 'test')
  await type(page, page.getByLabel('Label column', { exact: true }), 'income')
  const start = page.getByRole('button', { name: 'Start evaluation' })
  await expect(start).toBeEnabled({ timeout: 30_000 })
  await press(page, start)
  await expect(tile(page, 'Accuracy')).toContainText('0.8618', { timeout: 60_000 })
  await expect.poll(heard).toContainEqual(expect.stringMatching(/^Evaluate .*: finished\.$/))
  await expectNoSideways(page)

  await tabTo(page, page.getByRole('button', { name: 'Accuracy: definition' }).first())
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'What is Accuracy?' })).toBeVisible()
  await page.keyboard.press('Escape')
  await tabTo(page, page.getByRole('tab', { name: 'Metrics' }))
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('table', { name: 'Confusion matrix' })).toBeVisible()
  await press(page, page.getByRole('link', { name: /rows of >50K predicted as <=50K/ }))
  await expect(page.getByRole('table', { name: 'Predictions' })).toBeVisible()
  await press(page, page.getByRole('link', { name: 'Gate and export' }))
  await press(page, page.getByRole('button', { name: 'Check the gate' }))
  await expect(page.getByText('Passed', { exact: true })).toBeVisible()
  await press(page, page.getByRole('link', { name: 'Choose targets and export' }))
  await press(page, page.getByRole('button', { name: 'Export bundle…' }))
  await expect(page.getByRole('heading', { name: 'The bundle is in place' })).toBeVisible({ timeout: 60_000 })
  await expectNoSideways(page)

  // What fails is read out, too, with its next step.
  await answerDialogs(app, fixture('malformed/models/empty.onnx'))
  await page.keyboard.press('Control+1')
  await press(page, page.getByRole('button', { name: 'Import a model…' }).first())
  await expect.poll(heard).toContainEqual(expect.stringMatching(/^empty\.onnx did not come in\. .+\. .+/))
})
