// Approval by two people with two keys: asked for in the window and answered on the command line, then the other way round; and a forged answer.
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import type { SignedAnswer } from '../../shared/domain/review.ts'
import { fixture } from '../setup/fixtures.ts'
import { dropFiles } from './drop-files.ts'
import { expect, test } from './launch.ts'

const program = resolve(import.meta.dirname, '../../out/main/cli.js')

/** The file that the next dialog answers with. */
const handOver = (app: ElectronApplication, path: string): Promise<void> => app.evaluate(({ dialog }, file) => {
  dialog.showOpenDialog = (async () => ({ canceled: false, filePaths: [file] })) as unknown as typeof dialog.showOpenDialog
  dialog.showSaveDialog = (async () => ({ canceled: false, filePath: file })) as unknown as typeof dialog.showSaveDialog
}, path)

const shot = async (page: Page, name: string): Promise<void> => {
  for (const theme of ['light', 'dark'] as const) {
    await page.evaluate((wanted) => { document.documentElement.dataset['theme'] = wanted }, theme)
    await page.screenshot({ path: test.info().outputPath(`${name}-${theme}.png`) })
  }
}

test('a request of the window is approved elsewhere, and one from elsewhere is approved in the window', async ({ app, page, folder }) => {
  test.setTimeout(150_000)
  const at = (name: string): string => join(folder, name)
  const ada = (...args: string[]): string => execFileSync(process.execPath, [program, '--workspace', at('ada'), '--as', 'Ada', ...args], { encoding: 'utf8', env: { ...process.env, HOME: folder } })
  await page.getByRole('button', { name: 'Open the sample workspace' }).click()
  ada('identity', '--out', at('ada.pub.pem'))
  await expect(page.getByText('No jobs running')).toBeVisible({ timeout: 60_000 })
  await page.getByRole('link', { name: 'Reviews' }).click()
  await shot(page, 'empty')

  await handOver(app, at('ada.pub.pem'))
  await page.getByRole('button', { name: 'Trust a public key…' }).click()
  await page.getByLabel('Whose key it is').fill('Ada Lovelace')
  await page.getByRole('button', { name: 'Trust', exact: true }).click()
  await expect(page.getByRole('table', { name: 'Reviewers' })).toContainText('Ada Lovelace')

  await page.getByLabel('Model').selectOption({ label: 'Adult income (sample)' })
  await page.getByLabel('Message to the reviewer').fill('Ready for spring?')
  await handOver(app, at('1.review.json'))
  await page.getByRole('button', { name: 'Save the request…' }).click()
  const requests = page.getByRole('table', { name: 'Requests', exact: true })
  await expect(requests).toContainText('Waiting: 0 of 1 approval')
  expect(ada('review', 'show', at('1.review.json'))).toContain('Ready for spring?')
  ada('review', 'approve', at('1.review.json'), '--comment', 'Checked the slices.', '--out', at('1.answer.json'))

  const forged = JSON.parse(readFileSync(at('1.answer.json'), 'utf8')) as SignedAnswer
  writeFileSync(at('forged.json'), JSON.stringify({ ...forged, body: { ...forged.body, comment: 'Perfect.' } }))
  const take = async (name: string): Promise<void> => { await handOver(app, at(name)); await page.getByRole('button', { name: 'Take an answer in…' }).click() }
  await take('forged.json')
  await expect(page.getByText('The file was changed')).toBeVisible()
  const reviews = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Reviews' })
  await expect(reviews).toHaveText('Reviews1')
  await page.getByRole('link', { name: 'Library' }).click()
  await dropFiles(page, [at('1.answer.json')])
  await expect(requests).toContainText('Approved')
  await expect(requests).toContainText('Ada Lovelace approved: Checked the slices.')
  await shot(page, 'approved')

  // The other way round.
  ada('evaluate', fixture('iris/models/iris-logreg-tensor.onnx'), '--data', fixture('iris/data/iris.csv'), '--target', 'species')
  ada('review', 'request', 'iris-logreg-tensor', '--message', 'Your turn.', '--out', at('2.review.json'))
  await expect(reviews).toHaveText('Reviews')
  await page.getByRole('link', { name: 'Library' }).click()
  await dropFiles(page, [at('2.review.json')])
  await expect(page.getByRole('heading', { name: 'Ada asks you to review iris-logreg-tensor v1' })).toBeVisible()
  await expect(page.getByText('trusted here as Ada Lovelace')).toBeVisible()
  const accuracy = (JSON.parse(readFileSync(fixture('iris/reference/logreg-tensor.iris.json'), 'utf8')) as { metrics: { accuracy: number } }).metrics.accuracy
  await expect(page.getByRole('table', { name: 'Metrics of the request' }).getByRole('row').filter({ hasText: 'Accuracy' }).first()).toContainText(accuracy.toFixed(4))
  await shot(page, 'request')
  // Closed and found again: the inbox needs the file no more.
  await page.getByRole('button', { name: 'Close the request' }).click()
  const inbox = page.getByRole('table', { name: 'Received requests' })
  await expect(inbox).toContainText('Waits for you')
  await expect(reviews).toHaveText('Reviews1')
  await shot(page, 'inbox')
  rmSync(at('2.review.json'))
  await inbox.getByRole('link', { name: 'iris-logreg-tensor v1' }).click()
  await page.getByLabel('Comment').fill('Agreed.')
  await handOver(app, at('2.answer.json'))
  await page.getByRole('button', { name: 'Approve and save the answer…' }).click()
  await expect(page.getByText('Signed as').first()).toBeVisible()
  await expect(inbox).toContainText('You approved')
  await expect(reviews).toHaveText('Reviews')
  await handOver(app, at('own.pub.pem'))
  await page.getByRole('button', { name: 'Save public key…' }).click()
  await expect(page.getByText('Saved own.pub.pem').first()).toBeVisible()
  ada('reviewer', 'trust', 'Charles', at('own.pub.pem'))
  expect(ada('review', 'accept', at('2.answer.json'))).toMatch(/approved/)
})
