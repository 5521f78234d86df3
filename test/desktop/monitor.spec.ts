// The return leg in the window: a bundle's prediction log comes home, its version is analysed, an alert is decided, and the line of time tells it.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Bundle } from '../../shared/domain/bundle.ts'
import { fixture } from '../setup/fixtures.ts'
import { irisAnswers } from '../setup/kserve-logs.ts'
import { faults } from './faults.ts'
import { expect, launch, quit, test } from './launch.ts'

const rows = 1200

/** A served version in the workspace, by the command line, and a log of which every other petal is shorter than any that was seen. */
function servedOnce(workspace: string, folder: string): string {
  const slipway = (...args: string[]): string => execFileSync(process.execPath, [resolve('out/main/cli.js'), '--workspace', workspace, '--json', ...args], { encoding: 'utf8', env: { ...process.env, HOME: folder }, stdio: ['ignore', 'pipe', 'ignore'] })
  const run = JSON.parse(slipway('evaluate', fixture('iris/models/iris-logreg-tensor.onnx'), '--data', fixture('iris/data/iris.csv'), '--target', 'species')) as { id: string }
  writeFileSync(join(folder, 'policy.yaml'), 'schema: slipway.gate/1\nrules:\n  - kind: rows\n    atLeast: 1\n')
  slipway('gate', run.id, '--policy', join(folder, 'policy.yaml'))
  const bundle = JSON.parse(slipway('export', run.id, '--out', join(folder, 'iris.mlbundle.zip'))) as Bundle
  const [answers, names] = [irisAnswers(), ['setosa', 'versicolor', 'virginica']]
  const from = Date.UTC(2026, 4, 1)
  const record = (i: number): string => { const at = i % 50; return JSON.stringify({
    schema: 'predlog.v1', model: bundle.name, version: bundle.version, serial: bundle.serial, root_digest: bundle.rootDigest, ts: new Date(from + i * 60_000).toISOString(), event_id: `0194a1b2-c3d4-7000-8000-${i.toString(16).padStart(12, '0')}`, request_id: `r${i}`, row: 0, arm: 'stable', latency_ms: 2.5, outcome: 'ok',
    out: { label: names[answers.labels[at]!], score: Math.max(...answers.probabilities[at]!), scores: answers.probabilities[at] }, bins: { sepal_length: i % 2, sepal_width: i % 2, petal_length: i % 2 === 0 ? -3 : 0, petal_width: 0 }, sampled: 1,
  }) }
  const log = join(folder, 'predictions.jsonl')
  writeFileSync(log, `${Array.from({ length: rows }, (_, i) => record(i)).join('\n')}\n`)
  return log
}

test('a log comes home, raises the alerts of its bundle, and somebody decides', async ({ folder, workspace }) => {
  test.setTimeout(180_000)
  const log = servedOnce(workspace, folder)
  const app = await launch({ workspace, userData: join(folder, 'user') })
  const page = await app.firstWindow()
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Monitoring' }).click()
  await expect(page.getByRole('heading', { name: 'Nothing is deployed yet, as far as Slipway knows' })).toBeVisible()
  await app.evaluate(({ dialog }, path) => { dialog.showOpenDialog = (async () => ({ canceled: false, filePaths: [path] })) as unknown as typeof dialog.showOpenDialog }, log)
  await page.getByRole('button', { name: 'Bring home' }).click()
  await page.getByRole('menuitem', { name: 'Logs…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Bring logs home' })
  await expect(dialog.getByLabel('Version')).toHaveValue(/^version_/, { timeout: 30_000 })
  await dialog.getByRole('button', { name: 'Bring home' }).click()
  await expect(dialog.getByText('1,200, as 1,200 rows')).toBeVisible({ timeout: 30_000 })
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('table', { name: 'Logs' })).toContainText('1,200')
  expect(await faults(page)).toEqual([])

  await page.getByRole('table', { name: 'Deployments' }).getByRole('link').first().click()
  await page.getByRole('button', { name: 'Analyse' }).first().click()
  // Half of the petals lie below the range of the evaluation, by construction.
  const alert = page.getByRole('list', { name: 'Alerts that fire' }).getByRole('listitem').filter({ hasText: /petal_length.*range/i }).first()
  await expect(alert).toContainText('0.5000', { timeout: 60_000 })
  await alert.getByRole('button', { name: 'Decide…' }).click()
  const decide = page.getByRole('dialog', { name: 'Decide about this alert' })
  await decide.getByLabel('Decision').selectOption('accept')
  await decide.getByLabel('Why').fill('the sensor was replaced')
  await decide.getByRole('button', { name: 'Write down' }).click()
  await expect(alert).toContainText('the sensor was replaced')
  expect(await faults(page)).toEqual([])

  await page.getByRole('tab', { name: 'Drift' }).click()
  await page.getByRole('table', { name: 'Inputs' }).getByRole('link', { name: 'petal_length' }).click()
  await expect(page.getByRole('figure', { name: 'PSI of petal_length by window' })).toBeVisible()
  await page.screenshot({ path: test.info().outputPath('column.png') })
  await page.getByRole('tab', { name: 'Quality' }).click()
  await expect(page.getByText('No row has a true answer yet')).toBeVisible()
  await page.getByRole('tab', { name: 'Service' }).click()
  await expect(page.getByText('stable 1,200')).toBeVisible()
  expect(await faults(page)).toEqual([])
  await page.evaluate(() => { location.hash = '#/monitoring' })
  await expect(page.getByRole('table', { name: 'Line of time' })).toContainText('was seen to serve')
  await quit(app)
})
