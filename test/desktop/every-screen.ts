// Every screen of the window and every tab of it, as addresses with the ids of one workspace; and how a screen is waited for.
import type { Page } from '@playwright/test'
import { ask } from './ask.ts'
import { expect } from './launch.ts'

/** `compared`: its picture is held against docs/screens in CI. The others are only drawn by `npm run screens`. */
export interface ScreenCase { readonly name: string; readonly hash: string; readonly compared?: boolean }

const tabs = (name: string, hash: string, of: readonly string[], compared: readonly string[] = []): ScreenCase[] => of.map((tab) => ({ name: `${name}-${tab}`, hash: `${hash}?tab=${tab}`, compared: compared.includes(tab) }))

/** The screens for what the seeded workspace holds. */
export async function everyScreen(page: Page): Promise<readonly ScreenCase[]> {
  const models = await ask(page, 'model.list', {})
  const [income, iris] = [models.find((m) => m.name === 'Adult income')!, models.find((m) => m.name !== 'Adult income')!]
  const { versions, runs, bundles } = await ask(page, 'model.get', { modelId: income.id })
  const [v1, v2] = [versions.find((v) => v.number === 1)!, versions.find((v) => v.number === 2)!]
  const run = runs.find((r) => r.versionId === v2.id)!
  const bundle = bundles[0]!
  return [
    { name: 'library', hash: '#/library', compared: true }, { name: 'library-search', hash: '#/library?find=auc%20%3E%200.9' }, { name: 'leaderboard', hash: `#/leaderboard?datasetId=${run.datasetId}` },
    ...tabs('model', `#/model/${income.id}`, ['versions', 'runs', 'bundles', 'timeline'], ['versions']), ...tabs('version', `#/version/${v2.id}`, ['signature', 'binding', 'graph', 'files', 'runs'], ['signature']),
    { name: 'graph', hash: `#/graph/${iris.latest.id}` }, { name: 'graph-parameters', hash: `#/graph/${v2.id}?paint=parameters` },
    { name: 'datasets', hash: '#/datasets' }, ...tabs('dataset', `#/dataset/${run.datasetId}`, ['columns', 'rows', 'format', 'queue'], ['columns']),
    { name: 'evaluate', hash: `#/evaluate?versionId=${v2.id}&datasetId=${run.datasetId}&target=income`, compared: true }, { name: 'runs', hash: '#/runs' },
    ...tabs('run', `#/run/${run.id}`, ['metrics', 'charts', 'threshold', 'slices', 'explain', 'stress', 'rows', 'device', 'conditions'], ['metrics', 'charts']),
    ...['verdict', 'disagreements', 'diff'].map((tab) => ({ name: `compare-${tab}`, hash: `#/compare?left=${v1.id}&right=${v2.id}&datasetId=${run.datasetId}&tab=${tab}`, compared: tab === 'verdict' })),
    { name: 'gate', hash: `#/gate/${run.id}`, compared: true }, { name: 'reviews', hash: '#/reviews' }, { name: 'review-version', hash: `#/reviews?versionId=${v2.id}` },
    { name: 'export', hash: `#/export/${run.id}` }, { name: 'bundles', hash: '#/bundles', compared: true }, ...tabs('bundle', `#/bundle/${bundle.id}`, ['overview', 'compare', 'try'], ['overview']), { name: 'verify', hash: '#/verify' },
    { name: 'monitoring', hash: '#/monitoring', compared: true }, ...tabs('monitor', `#/monitor/${iris.latest.id}`, ['alerts', 'drift', 'quality', 'service'], ['drift']), { name: 'monitor-column', hash: `#/monitor/${iris.latest.id}?tab=drift&column=input%3Apetal_length` },
    { name: 'history', hash: '#/history' }, { name: 'settings', hash: '#/settings', compared: true }, { name: 'diagnostics', hash: '#/diagnostics' }, { name: 'jobs', hash: '#/jobs' }, ...tabs('help', '#/help', ['metrics', 'words', 'keys'], ['keys']), { name: 'nowhere', hash: '#/nowhere' },
  ]
}

/** Goes to a screen and waits until nothing on it loads or changes any more. */
export async function show(page: Page, hash: string): Promise<void> {
  await page.evaluate((h) => { location.hash = h }, hash)
  await expect(page.locator('main article[aria-label]')).toBeVisible()
  await settled(page)
}

/** Waits until nothing in view loads or computes, and then until the page has not changed for a quarter of a second. */
export async function settled(page: Page): Promise<void> {
  const busy = page.locator('main [class*="_skeleton_"], main [role="progressbar"], main [aria-busy="true"]')
  for (let i = 0; i < 20; i++) {
    await expect(busy).toHaveCount(0, { timeout: 60_000 })
    await calm(page)
    // What stands for content that is on its way appears only after a while.
    if (await busy.count() === 0) return
  }
}

const calm = (page: Page): Promise<void> => page.evaluate(() => new Promise<void>((resolve) => {
  const end = setTimeout(done, 4000)
  let calm = setTimeout(done, 250)
  const watch = new MutationObserver(() => { clearTimeout(calm); calm = setTimeout(done, 250) })
  function done(): void { watch.disconnect(); clearTimeout(end); clearTimeout(calm); resolve() }
  watch.observe(document.querySelector('main') ?? document.body, { subtree: true, childList: true, attributes: true, characterData: true })
}))
