// Everybody can do the main job: by keyboard alone, and on screens in which an independent checker finds no fault, light and dark.
import { join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { fixture } from '../setup/fixtures.ts'
import { faults } from './faults.ts'
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

test('the main job by keyboard alone, from an empty library to a bundle', async ({ app, page, folder }) => {
  test.setTimeout(150_000)
  const report = page.getByRole('region', { name: 'What came in' })

  await answerDialogs(app, fixture('adult-income/models/income-v2-gboost.onnx'), join(folder, 'income.mlbundle.zip'))
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
})

const firstLink = (page: Page, kind: string): Promise<string> => page.locator(`main a[href^="#/${kind}/"]`).first().getAttribute('href').then((href) => href ?? '')

/** The checker sees this window: it finds faults that are put there, and only while they are. */
async function expectItSees(page: Page): Promise<void> {
  await page.evaluate(() => {
    const box = document.createElement('div')
    box.id = 'fault'
    box.append(document.createElement('input'), 'too pale')
    box.style.cssText = 'color: #999; background: #fff'
    document.querySelector('main')?.prepend(box)
  })
  const found = (await faults(page)).join('\n')
  expect(found).toContain('label:')
  expect(found).toContain('color-contrast:')
  await page.evaluate(() => document.querySelector('#fault')?.remove())
}

async function show(page: Page, hash: string): Promise<void> {
  await page.evaluate((h) => { location.hash = h }, hash)
  await expect(page.locator('main article[aria-label]')).toBeVisible()
  await expect(page.locator('main [role="status"][aria-label^="Loading"]')).toHaveCount(0)
  await page.waitForTimeout(400)
}

test('no screen has a fault that the checker of web accessibility knows, light or dark', async ({ page }) => {
  test.setTimeout(300_000)
  await expectItSees(page)
  expect(await faults(page)).toEqual([])
  await page.getByRole('button', { name: 'Open the sample workspace' }).click()
  await page.getByText('No jobs running').waitFor({ timeout: 60_000 })
  await show(page, '#/library')
  const model = await firstLink(page, 'model')
  const version = await firstLink(page, 'version')
  await show(page, '#/runs')
  const run = await firstLink(page, 'run')
  await show(page, '#/datasets')
  const dataset = await firstLink(page, 'dataset')
  const id = (href: string): string => href.split('/').at(-1) ?? ''
  await show(page, model)
  const compare = await page.getByRole('link', { name: /^Compare v/ }).getAttribute('href') ?? ''
  const screens = [
    '#/library', '#/reviews', '#/datasets', '#/runs', '#/history', '#/verify', '#/settings', '#/jobs', '#/nowhere', model, version, `${version}?tab=binding`, `${version}?tab=graph`, `${version}?tab=files`,
    dataset, `${dataset}?tab=queue`, `${dataset}?tab=rows`, `${dataset}?tab=format`, run, `${run}?tab=charts`, `${run}?tab=rows`, `${run}?tab=conditions`, compare, `#/gate/${id(run)}`,
    `#/evaluate?versionId=${id(version)}&datasetId=${id(dataset)}&target=income`,
  ]
  for (const theme of ['light', 'dark'] as const) {
    await show(page, '#/settings')
    await page.getByLabel('Theme').selectOption(theme)
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
    for (const hash of screens) {
      await show(page, hash)
      // Names and roles are the same in both themes.
      expect(await faults(page, theme === 'light' ? 'all' : 'contrast'), `${hash} in ${theme}`).toEqual([])
    }
  }
})
