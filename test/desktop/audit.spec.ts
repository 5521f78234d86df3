// The record on its real screen: verified, filtered, exported; and a change by another tool shown in red with what differs.
import Database from 'better-sqlite3'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { fixture } from '../setup/fixtures.ts'
import { expect, test } from './launch.ts'
import { bringIn } from './screens.ts'

const shot = async (page: Page, name: string): Promise<void> => {
  for (const theme of ['light', 'dark'] as const) {
    await page.evaluate((wanted) => { document.documentElement.dataset['theme'] = wanted }, theme)
    await page.screenshot({ path: test.info().outputPath(`${name}-${theme}.png`) })
  }
}

test('verify, filter, export, and what another tool changed', async ({ page, app, workspace, folder }) => {
  await bringIn(page, [fixture('iris/models/iris-logreg-tensor.onnx')], ['iris-logreg-tensor'])
  await page.evaluate(() => { location.hash = '#/history' })
  const chain = page.getByRole('region', { name: 'The chain' })
  await expect(chain.getByRole('status')).toHaveText(/^Not verified yet: \d+ entries since /)
  await chain.getByRole('button', { name: 'Verify' }).click()
  await expect(chain.getByRole('status')).toHaveText(/^Unbroken: the first \d+ of \d+ entries since .*; verified .* 1 newer entry was not verified yet\.$/)
  const history = page.getByRole('table', { name: 'History' })
  await expect(history.getByRole('row')).toHaveCount(3)
  await shot(page, 'unbroken')

  const log = join(folder, 'log.jsonl')
  await app.evaluate(({ dialog }, path) => { dialog.showSaveDialog = async () => ({ canceled: false, filePath: path }) }, log)
  await chain.getByRole('button', { name: 'Export log…' }).click()
  await expect(chain.getByText(/^Wrote \d+ entries to log\.jsonl\./)).toBeVisible()
  expect(readFileSync(log, 'utf8')).toContain('"sentence":"Imported “iris-logreg-tensor.onnx” as version 1 of iris-logreg-tensor."')

  await page.getByRole('search', { name: 'Which events' }).getByLabel('What').selectOption('Import')
  await expect(history.getByRole('row')).toHaveCount(2)
  await expect(page).toHaveURL(/verb=version\.import/)
  await page.getByLabel('Words').fill('something else')
  await expect(page.getByText('No event fits these filters.')).toBeVisible()
  await page.getByRole('button', { name: 'Show everything' }).click()

  const db = new Database(join(workspace, 'slipway.db'))
  db.exec("DROP TRIGGER versions_no_update; UPDATE versions SET source_name = 'other.onnx'")
  db.close()
  await chain.getByRole('button', { name: 'Verify' }).click()
  await expect(chain.getByRole('status').first()).toHaveText(/^Broken: /)
  await expect(chain.getByRole('table', { name: 'What differs' })).toContainText('Version 1 of iris-logreg-tensor was changed outside Slipway.')
  await shot(page, 'broken')
})
