// The export as a user goes through it: targets with verdicts, a refused canary and its way round, the file; then the bundle tried with its
// own server, and the list of bundles. Expected numbers: the fixture's reference.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fixture } from '../../test/setup/fixtures.ts'
import { ask, listen } from './ask.ts'
import { expect, test } from './launch.ts'

const csv = readFileSync(fixture('adult-income/data/test.csv'), 'utf8').split('\n').map((line) => line.trim().split(','))
const reference = JSON.parse(readFileSync(fixture('adult-income/predictions/v2.test.json'), 'utf8')) as { outputs: Record<string, { data: number[] }> }

test('targets are judged while they are chosen, a bundle is exported for them, and its own server answers a row', async ({ app, page, folder }) => {
  test.setTimeout(180_000)
  await page.getByRole('button', { name: 'Open the sample workspace' }).click()
  await expect(page.getByText('No jobs running')).toBeVisible({ timeout: 60_000 })
  await listen(page)
  const [run] = (await ask(page, 'run.list', {})).filter((r) => r.versionNumber === 2 && r.status === 'done')
  await ask(page, 'gate.check', { runId: run!.id, policy: { schema: 'slipway.gate/1', rules: [{ kind: 'rows', atLeast: 100 }] } })
  await page.evaluate((id) => { location.hash = `#/export/${id}` }, run!.id)

  const verdict = (name: string): ReturnType<typeof page.getByRole> => page.getByRole('status', { name: `Verdict for ${name}` })
  await expect(verdict('Own server on Node')).toHaveText('Loads')
  const button = page.getByRole('button', { name: 'Export bundle…' })
  await page.getByLabel('KServe, Standard mode', { exact: true }).check()
  await page.getByLabel('Roll out in steps').check()
  await expect(verdict('KServe, Standard mode')).toHaveText('Refused')
  await expect(page.getByText('KServe 0.15 has no canary in Standard mode')).toBeVisible()
  await expect(button).toBeDisabled()
  await page.screenshot({ path: test.info().outputPath('refused.png') })
  await page.getByRole('button', { name: 'Use 0.20' }).click()
  await expect(verdict('KServe, Standard mode')).toHaveText('Loads, with limits')
  await expect(page.getByRole('list', { name: 'Parts of the bundle' })).toContainText('Executed')

  const path = join(folder, 'income-2.0.0.mlbundle.zip')
  await app.evaluate(({ dialog }, filePath) => { dialog.showSaveDialog = (async () => ({ canceled: false, filePath })) as typeof dialog.showSaveDialog }, path)
  await button.click()
  await expect(page.getByRole('heading', { name: 'The bundle is in place' })).toBeVisible({ timeout: 90_000 })
  await expect(page.getByRole('list', { name: 'Commands to hand over' }).getByRole('listitem')).toHaveCount(3)
  await page.screenshot({ path: test.info().outputPath('result.png') })

  await page.getByRole('link', { name: 'Try it' }).click()
  await page.getByRole('button', { name: 'Start the server' }).click()
  await expect(page.getByText('Running on this machine')).toBeVisible({ timeout: 60_000 })
  for (const [i, name] of csv[0]!.entries()) {
    const field = page.getByLabel(name, { exact: true })
    if (await field.count() === 0) continue
    if (await field.evaluate((e) => e.tagName) === 'SELECT') await field.selectOption(csv[1]![i]!)
    else await field.fill(csv[1]![i]!)
  }
  await page.getByRole('button', { name: 'Send' }).click()
  const expected = Math.max(...reference.outputs['output_probability']!.data.slice(0, 2)).toFixed(4)
  await expect(page.getByRole('status', { name: 'Answer' })).toContainText(expected.slice(0, 5))
  await page.screenshot({ path: test.info().outputPath('try.png') })

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Bundles' }).click()
  await expect(page.getByRole('table', { name: 'Bundles' })).toContainText('KServe 0.20, Standard mode')
  await expect(page.getByText('In place')).toBeVisible()
  const { bundles } = { bundles: await ask(page, 'bundle.list', {}) }
  expect(await ask(page, 'trial.get', { bundleId: bundles[0]!.id })).toBeNull()
})
