// The closed loop, of real processes alone: two releases on a host behind HAProxy, 20,000 requests of which the second half is drifted, Prometheus
// with the bundle's rules, the log packed and brought home in the window, labels, the same alerts here and there, and the way back.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import type { Bundle } from '../../shared/domain/bundle.ts'
import type { Alert, MonitorOverview } from '../../shared/domain/monitor.ts'
import { fixture } from '../setup/fixtures.ts'
import { until } from '../ops/programs.ts'
import { expect, launch, quit, test } from './launch.ts'
import { ServedRelease, type PrometheusAlert } from './served-release.ts'

/** Half of them as in the evaluation, then half of them drifted. */
const requests = 20_000

/** The command line, in JSON. It ends with 1 when an alert fires or a gate fails, which is an answer too. */
type Slipway = (...args: string[]) => unknown
const slipwayIn = (workspace: string, home: string): Slipway => (...args) => {
  const ended = spawnSync(process.execPath, [resolve('out/main/cli.js'), '--workspace', workspace, '--json', ...args], { encoding: 'utf8', env: { ...process.env, HOME: home }, maxBuffer: 64 * 1024 * 1024 })
  if (ended.status !== 0 && ended.status !== 1) throw new Error(`slipway ${args.join(' ')}: ${ended.stderr}`)
  return JSON.parse(ended.stdout)
}

/** Two versions, each evaluated, through its gate, champion in turn and exported; the folders of the unpacked bundles. */
function release(slipway: Slipway, folder: string): readonly string[] {
  const policy = join(folder, 'policy.yaml')
  writeFileSync(policy, 'schema: slipway.gate/1\nrules:\n  - kind: rows\n    atLeast: 1\n')
  slipway('import', fixture('adult-income/models/income-v1-logreg.onnx'), fixture('adult-income/models/income-v2-gboost.onnx'), '--model', 'income')
  return [1, 2].map((number) => {
    const run = slipway('evaluate', `income@${number}`, '--data', fixture('adult-income/data/test.csv'), '--target', 'income') as { id: string }
    slipway('gate', run.id, '--policy', policy)
    slipway('promote', `income@${number}`, '--alias', 'champion', '--reason', `release ${number}`)
    const bundle = slipway('export', run.id, '--out', join(folder, `income-${number}.zip`), '--bundle-version', `${number}.0.0`) as Bundle
    execFileSync('unzip', ['-q', join(folder, bundle.fileName), '-d', folder])
    return join(folder, `income-${number}.0.0`)
  })
}

interface Sent { readonly id: string; readonly label: string }

/** Records of a data set of the fixtures, with their true answers. No cell of these files holds a quoted comma. */
function records(file: string): readonly { readonly record: Readonly<Record<string, string | number | null>>; readonly label: string }[] {
  const [head = '', ...lines] = readFileSync(fixture(file), 'utf8').trim().split('\n')
  const names = head.split(',')
  return lines.map((line) => {
    const cells = line.split(',').map((cell, i) => [names[i]!, cell] as const).filter(([name]) => name !== 'id' && name !== 'income' && name !== 'fnlwgt' && name !== 'education')
    return { record: Object.fromEntries(cells.map(([name, cell]) => [name, cell === '' ? null : /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell])), label: line.slice(line.lastIndexOf(',') + 1) }
  })
}

/** So many requests from this file, in turn, sixteen at once; every one must be answered by release 2. */
async function send(host: ServedRelease, name: string, count: number, file: string): Promise<readonly Sent[]> {
  const rows = records(file)
  const sent: Sent[] = []
  let next = 0
  const caller = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) {
      const { record, label } = rows[i % rows.length]!
      const { status, body } = await host.predict(record, `${name}-${i}`)
      if (status !== 200) throw new Error(`${status} for ${JSON.stringify(record)}: ${JSON.stringify(body)}`)
      sent.push({ id: `${name}-${i}`, label })
    }
  }
  await Promise.all(Array.from({ length: 16 }, caller))
  return sent
}

/** Rows of the golden requests of a bundle. */
const golden = (bundle: string): number => readFileSync(join(bundle, 'model/golden.jsonl'), 'utf8').trim().split('\n')
  .reduce((rows, line) => rows + (JSON.parse(line) as { request: { inputs: { shape: number[] }[] } }).request.inputs[0]!.shape[0]!, 0)

/** Brings a file home through the menu of the screen. */
async function bringHome(app: ElectronApplication, page: Page, item: string, file: string): Promise<ReturnType<Page['getByRole']>> {
  await app.evaluate(({ dialog }, path) => { dialog.showOpenDialog = (async () => ({ canceled: false, filePaths: [path] })) as unknown as typeof dialog.showOpenDialog }, file)
  await page.getByRole('button', { name: 'Bring home' }).click()
  await page.getByRole('menuitem', { name: item }).click()
  return page.getByRole('dialog', { name: `Bring ${item === 'Logs…' ? 'logs' : 'labels'} home` })
}

/** Nine digits of a number: it has crossed the text form of metrics. */
const digits = (value: number): string => value.toPrecision(9)

/** What fires at Prometheus about inputs, by the id of its limit, with its number. */
const firing = (alerts: readonly PrometheusAlert[]): Map<string, string> => new Map(alerts.filter((a) => a.state === 'firing' && a.labels['alertname'] === 'InputDrift').map((a) => [a.labels['threshold']!, digits(Number(a.value))] as const).sort())

/** The same of an analysis. */
const firingHere = (alerts: readonly Alert[]): Map<string, string> => new Map(alerts.filter((a) => a.state === 'firing' && a.alert === 'InputDrift').map((a) => [a.thresholdId, digits(a.value!)] as const).sort())

/** How many of these requests the model answers rightly, by the answers that the fixtures hold for it. */
function expectedAccuracy(): number {
  const right = ['test', 'test-drifted'].map((name) => {
    const { outputs } = JSON.parse(readFileSync(fixture(`adult-income/predictions/v2.${name}.json`), 'utf8')) as { outputs: { output_label: { data: number[] } } }
    const rows = records(`adult-income/data/${name}.csv`)
    return Array.from({ length: requests / 2 }, (_, i) => rows[i % rows.length]!.label === ['<=50K', '>50K'][outputs.output_label.data[i % rows.length]!]).filter(Boolean).length
  })
  return (right[0]! + right[1]!) / requests
}

/** What the window offers to somebody who sees the alert: the alias goes back, and the line of time is told. */
async function rollBack(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Decide…' }).first().click()
  const decide = page.getByRole('dialog', { name: 'Decide about this alert' })
  await decide.getByLabel('Decision').selectOption('roll-back')
  await decide.getByLabel('Why').fill('drift of age after release 2')
  await expect(decide.getByLabel('Alias')).toContainText('champion, back to version 1')
  await decide.getByRole('button', { name: 'Roll back' }).click()
  await expect(page.getByRole('list', { name: 'Alerts that fire' })).toContainText('drift of age after release 2')
}

test('served, watched, brought home, judged alike here and by Prometheus, rolled back', async ({ folder, workspace }) => {
  test.setTimeout(300_000)
  const slipway = slipwayIn(workspace, folder)
  const [first = '', second = ''] = release(slipway, folder)
  const host = await ServedRelease.on(folder)
  try {
    await host.install(first, 'first release')
    await host.install(second, 'release 2')
    await host.watch(second, folder)
    const sent = [...await send(host, 'usual', requests / 2, 'adult-income/data/test.csv'), ...await send(host, 'drifted', requests / 2, 'adult-income/data/test-drifted.csv')]
    expect(sent).toHaveLength(requests)
    await until('the alert of drift at Prometheus', async () => firing(await host.alerts()).has('InputDrift:age:critical'))

    // The installation asks the golden requests of its bundle, and they are in the log like all others.
    const rows = requests + golden(second)
    await until('the end of the log', () => host.logged('2.0.0') === rows)
    const pack = join(folder, 'feedback.zip')
    execFileSync(process.execPath, [join(second, 'bin/feedback.mjs'), 'pack', '--since', '2020-01-01', '--log', host.log, '--to', pack], { stdio: 'ignore' })
    const labels = join(folder, 'labels.csv')
    writeFileSync(labels, `request_id,label\n${sent.map(({ id, label }) => `${id},${label}`).join('\n')}\n`)

    const app = await launch({ workspace, userData: join(folder, 'user') })
    const page = await app.firstWindow()
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Monitoring' }).click()
    const logs = await bringHome(app, page, 'Logs…', pack)
    await logs.getByRole('button', { name: 'Bring home' }).click()
    const all = rows.toLocaleString('en')
    await expect(logs.getByText(`${all}, as ${all} rows`)).toBeVisible({ timeout: 60_000 })
    await logs.getByRole('button', { name: 'Done' }).click()
    const truth = await bringHome(app, page, 'Labels…', labels)
    await truth.getByLabel('Model').selectOption({ label: 'income' })
    await truth.getByRole('button', { name: 'Bring home' }).click()
    await expect(truth.getByText('20,000').first()).toBeVisible({ timeout: 60_000 })
    await truth.getByRole('button', { name: 'Done' }).click()

    await page.getByRole('table', { name: 'Deployments' }).getByRole('link').first().click()
    await page.getByRole('button', { name: 'Analyse' }).first().click()
    const list = page.getByRole('list', { name: 'Alerts that fire' })
    await expect(list).toContainText('age', { timeout: 120_000 })
    await page.screenshot({ path: test.info().outputPath('alerts.png') })

    // The same limits are crossed, by the same numbers, over the same rows: the last ones that release 2 answered.
    const { overview, alerts } = slipway('monitor', 'show', 'income@2', '--stored') as { overview: MonitorOverview; alerts: readonly Alert[] }
    const here = firingHere(alerts)
    expect(new Set([...here.keys()].map((id) => id.split(':')[1]))).toEqual(new Set(['age', 'hours_per_week', 'education_num', 'workclass']))
    await expect.poll(async () => firing(await host.alerts()), { timeout: 30_000 }).toEqual(here)
    expect(overview.headline).toMatchObject({ labelled: requests, seen: { value: expectedAccuracy() } })

    await rollBack(page)
    expect(slipway('aliases', 'income')).toMatchObject([{ alias: 'champion', target: { number: 1 } }])
    await host.rollback('drift of age after release 2')
    expect((await host.predict(records('adult-income/data/test.csv')[0]!.record, 'after')).body.model_version).toBe('1')
    await page.evaluate(() => { location.hash = '#/monitoring' })
    await expect(page.getByRole('table', { name: 'Line of time' })).toContainText('rolled back')
    await page.screenshot({ path: test.info().outputPath('timeline.png') })
    await quit(app)
  } finally { await host.end() }
})
