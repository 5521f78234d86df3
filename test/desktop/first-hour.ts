// The first hour of a new user, as docs/first-hour.md tells it: one step for every heading there. Commands are taken from that document.
import { readdirSync, readFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { fixture } from '../setup/fixtures.ts'
import { freePorts, startProgram, until } from '../ops/programs.ts'
import { expect } from './launch.ts'
import { bringIn, evaluate, place, tile } from './screens.ts'

export interface Hour { readonly app: ElectronApplication; readonly page: Page; readonly folder: string }

const document = readFileSync(resolve(import.meta.dirname, '../../docs/first-hour.md'), 'utf8')
const sections = document.split(/^## \d+\. /m).slice(1).map((text) => ({ heading: text.slice(0, text.indexOf('\n')), commands: [...text.matchAll(/^ {4}(\S.*)$/gm)].map((m) => m[1]!) }))

/** The headings of the document, in its order. */
export const headings = sections.map((s) => s.heading)
const commandsOf = (heading: string): readonly string[] => sections.find((s) => s.heading === heading)?.commands ?? []

interface Reference { readonly metrics: Readonly<Record<string, number>> }
const reference = (version: string): Reference['metrics'] => (JSON.parse(readFileSync(fixture(`abalone/reference/${version}.test.json`), 'utf8')) as Reference).metrics

const openModel = async (page: Page, name: string): Promise<void> => {
  await place(page, 'Library')
  await page.getByRole('table', { name: 'Models' }).getByRole('link', { name, exact: false }).first().click()
  await expect(page).toHaveURL(/#\/model\//)
}

/** The commands of a section as a shell runs them in `folder`, where only this machine's port is put in. */
function shell(folder: string, port: number, command: string): void {
  const ended = spawnSync('sh', ['-c', command.replaceAll('8080', String(port))], { cwd: folder, encoding: 'utf8' })
  expect(ended, `${command}\n${ended.stderr}`).toMatchObject({ status: 0 })
}

async function serve({ folder }: Hour): Promise<void> {
  const [port] = await freePorts(1)
  const [unpack = '', run = '', ask = ''] = commandsOf('Serve')
  shell(folder, port!, unpack)
  const server = startProgram('sh', ['-c', `cd '${folder}' && exec ${run.replaceAll('8080', String(port))}`])
  try {
    await until(`the server: ${server.output()}`, () => server.output().includes('"message":"ready"'))
    shell(folder, port!, ask)
  } finally { await server.stop() }
  expect(readdirSync(join(folder, 'log')).length).toBeGreaterThan(0)
}

async function evaluateBoth({ page }: Hour): Promise<void> {
  const choice = { model: /^abalone/, data: /^test/, label: 'rings' }
  for (const [version, words] of [['v1', /^v1 /], ['v2', /^v2 /]] as const) {
    await evaluate(page, { ...choice, version: words })
    await expect(tile(page, 'Root mean squared error')).toContainText(reference(version)['rmse']!.toFixed(4), { timeout: 60_000 })
  }
}

async function exportBundle({ app, page, folder }: Hour): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => { dialog.showSaveDialog = (async () => ({ canceled: false, filePath })) as typeof dialog.showSaveDialog }, join(folder, 'abalone.mlbundle.zip'))
  await page.getByRole('link', { name: 'Choose targets and export' }).click()
  await page.getByRole('button', { name: 'Export bundle…' }).click()
  await expect(page.getByRole('heading', { name: 'The bundle is in place' })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole('list', { name: 'Commands to hand over' }).getByRole('listitem')).toHaveCount(3)
}

async function importLogs({ app, page, folder }: Hour): Promise<void> {
  shell(folder, 0, commandsOf('Import the logs')[0]!)
  await place(page, 'Monitoring')
  await app.evaluate(({ dialog }, path) => { dialog.showOpenDialog = (async () => ({ canceled: false, filePaths: [path] })) as unknown as typeof dialog.showOpenDialog }, join(folder, 'feedback.zip'))
  await page.getByRole('button', { name: 'Bring home' }).click()
  await page.getByRole('menuitem', { name: 'Logs…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Bring logs home' })
  await dialog.getByRole('button', { name: 'Bring home' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click({ timeout: 60_000 })
  await page.getByRole('table', { name: 'Deployments' }).getByRole('link').first().click()
  await page.getByRole('button', { name: 'Analyse' }).first().click()
  await expect(page.getByText(/not enough/i).first()).toBeVisible({ timeout: 60_000 })
}

/** What is done under each heading. */
export const steps: Readonly<Record<string, (hour: Hour) => Promise<void>>> = {
  Install: async ({ page }) => { await expect(page.getByRole('button', { name: 'Open the sample workspace' })).toBeVisible() },
  'Look at the sample': async ({ page }) => {
    await page.getByRole('button', { name: 'Open the sample workspace' }).click()
    await expect(page.getByText('No jobs running')).toBeVisible({ timeout: 90_000 })
    await place(page, 'Runs')
    await page.locator('a[href^="#/run/"]').first().click()
    await expect(tile(page, 'Accuracy')).toBeVisible()
  },
  'Bring your own model': async ({ page }) => {
    await bringIn(page, [fixture('abalone/models/abalone-v1-linear.onnx')], ['was imported from abalone-v1-linear.onnx'])
    await openModel(page, 'abalone')
    await bringIn(page, [fixture('abalone/models/abalone-v2-gboost.onnx')], ['was imported from abalone-v2-gboost.onnx'])
  },
  'Bring your own data': async ({ page }) => { await bringIn(page, [fixture('abalone/data/test.csv')], [/test\S* was added with/]) },
  Evaluate: evaluateBoth,
  Compare: async ({ page }) => {
    await openModel(page, 'abalone')
    await page.getByRole('link', { name: 'Compare v1 and v2' }).click()
    // What the reference says too: its paired t test of the errors has p = 0.41 on these 900 rows.
    await expect(page.getByRole('tabpanel').getByRole('status')).toContainText(/not enough rows|equivalent/i, { timeout: 60_000 })
  },
  Gate: async ({ page }) => {
    await place(page, 'Runs')
    await page.locator('tr', { hasText: /abalone/ }).locator('a[href^="#/run/"]').first().click()
    await page.getByRole('link', { name: 'Gate and export' }).click()
    await expect(page.getByRole('status', { name: 'Live result' })).toContainText('Would pass')
    await page.getByRole('button', { name: 'Check the gate' }).click()
    await expect(page.getByText('Passed', { exact: true })).toBeVisible()
  },
  Export: exportBundle,
  Serve: serve,
  'Import the logs': importLogs,
}
