// One click from a run to a report: HTML that stands alone, and a PDF whose pages can be read.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './launch.ts'

test('a run is saved as HTML and as PDF', async ({ app, page, folder }) => {
  test.setTimeout(120_000)
  await page.getByRole('button', { name: 'Open the sample workspace' }).click()
  await expect(page.getByText('No jobs running')).toBeVisible({ timeout: 60_000 })
  await page.evaluate(() => { location.hash = '#/runs' })
  await page.locator('a[href^="#/run/"]').first().click()
  const figure = page.getByRole('group', { name: 'Headline metrics' }).locator('> div').first()
  const headline = /0\.\d{4}/.exec(await figure.innerText())?.[0] ?? 'no headline'
  const save = async (item: string, file: string): Promise<string> => {
    const path = join(folder, file)
    await app.evaluate(({ dialog }, to) => { dialog.showSaveDialog = (async () => ({ canceled: false, filePath: to })) as unknown as typeof dialog.showSaveDialog }, path)
    await page.getByRole('button', { name: 'Report' }).click()
    await page.getByRole('menuitem', { name: item }).click()
    await expect(page.getByText(`Saved ${file}`, { exact: false }).first()).toBeVisible({ timeout: 30_000 })
    return path
  }
  expect(readFileSync(await save('Save as HTML…', 'run.html'), 'utf8')).toContain(headline)
  const text = execFileSync('pdftotext', ['-layout', await save('Save as PDF…', 'run.pdf'), '-'], { encoding: 'utf8' })
  expect(text).toContain(headline)
  expect(text).toMatch(/1 \/ \d/)
  // The pages can be drawn, and are not empty.
  const drawn = execFileSync('pdftoppm', ['-r', '40', '-gray', '-f', '1', '-l', '1', join(folder, 'run.pdf')])
  expect(new Set(drawn.subarray(60)).size).toBeGreaterThan(20)
})
