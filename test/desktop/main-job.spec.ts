// The main job through the real window: files dropped, data added, runs with their reference figures, comparison, gate, export, verification.
import { fixture } from '../setup/fixtures.ts'
import { dragOver, dropFiles } from './drop-files.ts'
import { expect, test } from './launch.ts'
import { doMainJob, reference } from './main-job.ts'
import { bringIn, evaluate, place, tile } from './screens.ts'

test('from dropped models to a bundle that verifies', async ({ app, page, folder }) => {
  test.setTimeout(150_000)
  await doMainJob(app, page, folder)
})

test('iris: the tensor model, and the ZipMap after consent, have the reference accuracy', async ({ page }) => {
  await bringIn(page, [fixture('iris/models/iris-logreg-tensor.onnx'), fixture('iris/models/iris-logreg-zipmap.onnx'), fixture('iris/data/iris.csv')], ['iris-logreg-tensor.onnx', 'iris-logreg-zipmap.onnx', /iris\S* was added with 150 rows/])
  await evaluate(page, { model: /tensor/, version: /^v1 /, data: /^iris/, label: 'species' })
  await expect(tile(page, 'Accuracy')).toContainText('0.9600', { timeout: 60_000 })

  await place(page, 'Library')
  await page.getByRole('table', { name: 'Models' }).getByRole('link', { name: /^v1 of .*zipmap/ }).click()
  await page.getByRole('button', { name: 'Rewrite outputs to plain tensors' }).click()
  await expect(page.getByText('Rewritten', { exact: true })).toBeVisible({ timeout: 30_000 })
  await evaluate(page, { model: /zipmap/, version: /^v1 /, data: /^iris/, label: 'species' })
  await expect(tile(page, 'Accuracy')).toContainText('0.9600', { timeout: 60_000 })
  await expect(tile(page, 'Log loss')).toContainText(reference('iris/reference/logreg-zipmap.iris.json')['log_loss']!.toFixed(4))
})

test('a refused file shows its own words, a folder of models is imported, a first line that is unclear is asked about', async ({ page }) => {
  await dropFiles(page, [fixture('malformed/models/pickle-named.onnx')])
  const refusal = page.getByRole('region', { name: 'What came in' }).getByRole('alert')
  await expect(refusal).toContainText(/pickle/i)
  await expect(refusal).toContainText(/ONNX/)
  await dropFiles(page, [fixture('iris/models')])
  const report = page.getByRole('region', { name: 'What came in' })
  await expect(report).toContainText(/was imported from models/, { timeout: 20_000 })
  await dropFiles(page, [fixture('malformed/csv/header-missing.csv')])
  await report.getByRole('button', { name: 'It is data' }).click()
  await expect(report).toContainText('header-missing.csv was added with 150 rows and 5 columns')
  await expect(report.getByRole('alert', { name: 'Is the first line a header?' })).toHaveCount(0)
})

test('files dropped over the window are told what will become of them', async ({ page }) => {
  await dragOver(page, [fixture('iris/data/iris.csv')])
  await expect(page.getByTestId('drop-zone')).toContainText('Drop 1 item')
})
