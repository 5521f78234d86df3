// Deciding by logs in the window: two arms of a log are compared, and the rollout is played again; both stay where they were found.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fixture } from '../setup/fixtures.ts'
import { randomStream } from '../../shared/statistics/random.ts'
import { faults, faultsInBothThemes } from './faults.ts'
import { expect, launch, quit, test } from './launch.ts'

const names = ['setosa', 'versicolor', 'virginica']

/** A version with a log of both arms: the canary is right more often, and fails more often. */
function served(workspace: string, folder: string): string {
  const slipway = (...args: string[]): string => execFileSync(process.execPath, [resolve('out/main/cli.js'), '--workspace', workspace, '--json', ...args], { encoding: 'utf8', env: { ...process.env, HOME: folder }, stdio: ['ignore', 'pipe', 'ignore'] })
  const run = JSON.parse(slipway('evaluate', fixture('iris/models/iris-logreg-tensor.onnx'), '--data', fixture('iris/data/iris.csv'), '--target', 'species')) as { versionId: string }
  const random = randomStream(5)
  const start = Date.UTC(2026, 4, 1)
  // Copies: each request is answered by both arms, 500 a minute for 24 minutes.
  const lines = Array.from({ length: 12_000 }, (_, i) => i).flatMap((i) => {
    const truth = names[Math.floor(random.next() * 3)]!
    const one = (arm: string, right: number, fails: number): string => { const ok = random.next() >= fails; const label = random.next() < right ? truth : names[(names.indexOf(truth) + 1) % 3]!; return [`r${i}`, start + i * 120, arm, ok ? 200 : 500, 8, ok ? label : '', ok ? '0.9' : '', truth].join(',') }
    return [one('stable', 0.85, 0.01), one('canary', 0.9, 0.08)]
  })
  writeFileSync(join(folder, 'log.csv'), `id,ts,arm,status,ms,label,score,truth\n${lines.join('\n')}\n`)
  slipway('logs', 'import', join(folder, 'log.csv'), '--format', 'table', '--of', 'iris-logreg-tensor', '--map', 'requestId=id', 'time=ts', 'arm=arm', 'status=status', 'latency=ms', 'label=label', 'score=score', 'truth=truth')
  return run.versionId
}

test('two arms are compared, and a rollout is stopped by its first check', async ({ folder, workspace }) => {
  test.setTimeout(180_000)
  const versionId = served(workspace, folder)
  const app = await launch({ workspace, userData: join(folder, 'user') })
  const page = await app.firstWindow()
  await page.evaluate((id) => { location.hash = `#/monitor/${id}` }, versionId)
  await page.getByRole('link', { name: 'A/B and rollout' }).click()
  await expect(page.getByLabel('Second side')).toHaveValue(/canary$/)
  await page.getByRole('button', { name: 'Compare' }).click()
  // 90 % against 85 % right answers by construction, on some 11,000 rows each.
  await expect(page.getByRole('status').filter({ hasText: 'Better' })).toContainText('the second side is better', { timeout: 60_000 })
  await expect(page.getByRole('table', { name: 'Metrics of both sides' })).toContainText('decides')
  await expect(page.getByRole('figure', { name: /difference as it became known/ })).toBeVisible()
  await page.screenshot({ path: test.info().outputPath('ab.png'), fullPage: true })
  expect(await faultsInBothThemes(page)).toEqual([])

  await page.getByRole('tab', { name: 'Rollout' }).click()
  await page.getByLabel('Critical alerts end it').uncheck()
  await page.getByRole('button', { name: 'Play the rollout' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'in step' })).toContainText(/step 1 of 3.*00:15, errors/, { timeout: 60_000 })
  await expect(page.getByRole('table', { name: 'Steps of the rollout' }).getByRole('row')).toHaveCount(4)
  await page.screenshot({ path: test.info().outputPath('rollout.png'), fullPage: true })
  await page.evaluate(() => { document.documentElement.dataset['theme'] = 'dark' })
  await page.screenshot({ path: test.info().outputPath('rollout-dark.png'), fullPage: true })
  await page.evaluate(() => { document.documentElement.dataset['theme'] = 'light' })
  expect(await faults(page)).toEqual([])
  await quit(app)
})
