// `npm run screens`: ten screenshots of the real application on the sample workspace, into docs/screens.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron } from 'playwright'
import { hasDisplay, isRoot, main, prepareWindow, project } from './prepare.mjs'

const out = join(project, 'docs/screens')
const size = { width: 1360, height: 860 }

/** Attaching to Electron on a virtual display now and then never answers; it is tried up to three times. */
async function launch(options, tries = 3) {
  try {
    return await _electron.launch({ ...options, timeout: 20_000 })
  } catch (thrown) {
    if (tries <= 1 || !String(thrown).includes('Timeout')) throw thrown
    return launch(options, tries - 1)
  }
}

/** The first link of a kind on the screen in view, such as `run`. */
const linkTo = (page, kind) => page.locator(`main a[href^="#/${kind}/"], article a[href^="#/${kind}/"]`).first().getAttribute('href')

async function openAt(page, hash, ready) {
  await page.evaluate((h) => { location.hash = h }, hash)
  await ready.first().waitFor({ timeout: 30_000 })
  // Charts and tables draw a moment after their data is there.
  await page.waitForTimeout(900)
}

async function takeAll(app, page, folder) {
  const shot = (name) => page.screenshot({ path: join(out, `${name}.png`) })
  await page.getByRole('button', { name: 'Open the sample workspace' }).click()
  await page.getByText('No jobs running').waitFor({ timeout: 60_000 })
  await openAt(page, '#/library', page.getByRole('link', { name: /income/i }))
  await shot('01-library')
  const model = await linkTo(page, 'model')
  await openAt(page, model, page.getByRole('tab', { name: /Versions/ }))
  await shot('02-model')
  const version = await linkTo(page, 'version')
  await openAt(page, version, page.getByRole('tab', { name: /Overview/ }))
  await shot('03-version')
  await openAt(page, '#/datasets', page.getByRole('link', { name: /income/i }))
  const dataset = await linkTo(page, 'dataset')
  await openAt(page, dataset, page.getByRole('tab', { name: /Columns/ }))
  await shot('04-dataset')
  await openAt(page, `#/evaluate?versionId=${version.split('/').pop()}&datasetId=${dataset.split('/').pop()}&target=income`, page.getByRole('button', { name: 'Start evaluation' }))
  await shot('05-evaluate')
  await openAt(page, '#/runs', page.locator('a[href^="#/run/"]'))
  const run = await linkTo(page, 'run')
  await openAt(page, run, page.getByRole('group', { name: 'Headline metrics' }))
  await shot('06-run')
  await openAt(page, model, page.getByRole('link', { name: /^Compare v/ }))
  await page.getByRole('link', { name: /^Compare v/ }).click()
  await page.getByRole('table', { name: 'Metrics' }).waitFor()
  await page.waitForTimeout(900)
  await shot('07-compare')
  await exportBundle(app, page, run, folder)
  await page.getByRole('region', { name: 'Findings' }).evaluate((section) => section.scrollIntoView())
  await page.mouse.move(1, 1)
  await page.waitForTimeout(300)
  await shot('08-export')
  await openAt(page, '#/settings', page.getByRole('button', { name: 'Probe devices' }))
  await page.getByRole('button', { name: 'Probe devices' }).click()
  await page.getByText('No jobs running').waitFor({ timeout: 60_000 })
  await page.mouse.move(1, 1)
  await page.waitForTimeout(600)
  await shot('09-settings')
  await page.getByLabel('Theme').selectOption('dark')
  await openAt(page, `${run}?tab=charts`, page.getByRole('table', { name: 'Confusion matrix' }))
  await shot('10-run-dark')
}

/** Checks the gate against the other version's run and exports; only the native save dialog is answered for. */
async function exportBundle(app, page, run, folder) {
  await app.evaluate(({ dialog }, path) => { dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: path }) }, join(folder, 'income-2.0.0.mlbundle.zip'))
  await openAt(page, `#/gate/${run.split('/').pop()}`, page.getByRole('button', { name: 'Check the gate' }))
  await page.getByLabel('Baseline of “No regression”').selectOption({ index: 1 })
  await page.getByRole('button', { name: 'Check the gate' }).click()
  await page.getByRole('link', { name: 'Choose targets and export' }).click()
  await page.getByRole('button', { name: /^Export bundle/ }).click()
  await page.getByText('Copy commands').waitFor({ timeout: 60_000 })
  await page.waitForTimeout(600)
}

await main(async () => {
  const { electron, environment } = await prepareWindow({ virtualDisplay: !hasDisplay() })
  if (!hasDisplay()) {
    const again = spawnSync('xvfb-run', ['-a', '-s', '-screen 0 1600x1000x24', process.execPath, process.argv[1]], { stdio: 'inherit', env: environment })
    return again.status ?? 1
  }
  const folder = mkdtempSync(join(tmpdir(), 'slipway-screens-'))
  mkdirSync(out, { recursive: true })
  // Playwright finds Electron by this variable.
  if (!electron.official) process.env.ELECTRON_OVERRIDE_DIST_PATH = electron.dist
  const app = await launch({
    cwd: project, env: { ...environment, TZ: 'UTC' },
    args: [...(isRoot() ? ['--no-sandbox'] : []), ...(electron.loadsCheckout ? [] : [project]), `--user-data-dir=${join(folder, 'user')}`, `--workspace=${join(folder, 'Income study')}`],
  })
  try {
    const page = await app.firstWindow()
    await page.setViewportSize(size)
    await takeAll(app, page, folder)
  } finally {
    await app.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
