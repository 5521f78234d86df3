// What may go wrong while a run is inside a long native call: cancelling, the engine's death, a reload, quitting, a crashed page.
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { fixture } from '../setup/fixtures.ts'
import { ask } from './ask.ts'
import { expect, launch, quit, test } from './launch.ts'
import { below, hasRuntime } from './processes.ts'
import { bringIn, evaluate, tile } from './screens.ts'
import { bringSlow, startSlow } from './slow-run.ts'

/** Brings iris in and evaluates it: the proof that the application still does its job. */
async function expectRunsWork(page: Page): Promise<void> {
  await bringIn(page, [fixture('iris/models/iris-logreg-tensor.onnx'), fixture('iris/data/iris.csv')], ['iris-logreg-tensor', 'with 150 rows'])
  await evaluate(page, { model: /iris/, version: /^v1 /, data: /^iris/, label: 'species' })
  await expect(tile(page, 'Accuracy')).toContainText('0.9600', { timeout: 60_000 })
}

/** The longest round trip to main and back, and the longest wait for a frame, while something else goes on. */
function measureWindow(page: Page): Promise<{ readonly trip: number; readonly frame: number; readonly trips: number }> {
  return page.evaluate(async () => {
    let [trip, frame, trips] = [0, 0, 0]
    for (const end = performance.now() + 2000; performance.now() < end;) {
      const started = performance.now()
      await (await fetch('app://slipway/index.html')).text()
      trip = Math.max(trip, performance.now() - started)
      const asked = performance.now()
      await new Promise(requestAnimationFrame)
      frame = Math.max(frame, performance.now() - asked)
      trips++
    }
    return { trip, frame, trips }
  })
}

test('cancelling ends a native call in under 3 s while the window answers within 100 ms', async ({ page, folder }) => {
  await startSlow(page, await bringSlow(page, folder))
  // The first answers of a fresh page are slower for reasons of its own; they are not what is measured.
  await page.evaluate(async () => { for (let i = 0; i < 5; i++) await fetch('app://slipway/index.html') })
  const watched = measureWindow(page)
  const asked = Date.now()
  await page.getByRole('button', { name: 'Cancel the run' }).click()
  await expect(page.getByText('This run was cancelled')).toBeVisible({ timeout: 5000 })
  expect(Date.now() - asked).toBeLessThan(3000)
  const { trip, frame, trips } = await watched
  expect(trips).toBeGreaterThan(10)
  expect(trip).toBeLessThan(100)
  expect(frame).toBeLessThan(100)
  await expectRunsWork(page)
})

test('the engine’s process killed during a run: the run failed and says why, the next run works', async ({ app, page, folder }) => {
  await startSlow(page, await bringSlow(page, folder))
  // Evaluations have a process of their own, the last one to start.
  const engine = below(app.process().pid!).filter((p) => hasRuntime(p.pid)).sort((a, b) => a.pid - b.pid).at(-1)
  process.kill(engine!.pid, 'SIGKILL')
  await expect(page.getByRole('main').getByRole('alert')).toContainText(/engine/i)
  await expect(page.getByRole('main').getByText('Failed', { exact: true }).first()).toBeVisible()
  await expectRunsWork(page)
})

test('the window reloaded during a run: progress goes on and the run completes', async ({ page, folder }) => {
  // Half a minute of arithmetic on an idle machine, and as much more as the machine is busy.
  test.setTimeout(420_000)
  const { runId, jobId } = await startSlow(page, await bringSlow(page, folder))
  await page.reload()
  await expect(page).toHaveURL(new RegExp(runId))
  await expect(page.getByRole('region', { name: 'Progress' })).toContainText(/warming up|scoring/i)
  expect((await ask(page, 'job.list', {})).find((j) => j.id === jobId)?.state).toBe('running')
  await expect(page.getByRole('group', { name: 'Headline metrics' })).toBeVisible({ timeout: 360_000 })
  expect((await ask(page, 'run.get', { runId: runId as never })).status).toBe('done')
})

test('quitting during a run asks; after reopening the history is whole and the run tells that it did not end', async ({ folder }) => {
  const options = { workspace: join(folder, 'workspace'), userData: join(folder, 'user') }
  const first = await launch(options)
  const page = await first.firstWindow()
  await page.getByRole('main').waitFor()
  const { runId } = await startSlow(page, await bringSlow(page, folder))
  const history = await ask(page, 'history.list', {})
  await first.evaluate(({ dialog }) => {
    dialog.showMessageBox = (async (options: { message: string }) => { (globalThis as { asked?: string }).asked = options.message; return { response: 0, checkboxChecked: false } }) as never
  })
  // The user keeps working: nothing ends.
  await first.evaluate(({ app }) => { app.quit() })
  await expect.poll(() => first.evaluate(() => (globalThis as { asked?: string }).asked)).toBe('A job is still running.')
  await expect(page.getByRole('region', { name: 'Progress' })).toBeVisible()
  await first.evaluate(({ dialog }) => { dialog.showMessageBox = (async () => ({ response: 1, checkboxChecked: false })) as never })
  await quit(first)

  const second = await launch(options)
  try {
    const again = await second.firstWindow()
    await again.getByRole('main').waitFor()
    await again.evaluate((id) => { location.hash = `#/run/${id}` }, runId)
    await expect(again.getByText(/This run was (interrupted|cancelled)/)).toBeVisible()
    await again.evaluate(() => { location.hash = '#/history' })
    await expect(again.getByRole('main')).toContainText('slow-run')
    expect(history.length).toBeGreaterThan(1)
  } finally { await quit(second) }
})

test('a killed application: after reopening the run is told as interrupted', async ({ folder }) => {
  const options = { workspace: join(folder, 'workspace'), userData: join(folder, 'user') }
  const first = await launch(options)
  const page = await first.firstWindow()
  await page.getByRole('main').waitFor()
  const { runId } = await startSlow(page, await bringSlow(page, folder))
  const gone = new Promise((resolve) => { first.process().once('exit', resolve) })
  first.process().kill('SIGKILL')
  await gone
  const second = await launch(options)
  try {
    const again = await second.firstWindow()
    await again.getByRole('main').waitFor()
    await again.evaluate((id) => { location.hash = `#/run/${id}` }, runId)
    await expect(again.getByText('This run was interrupted')).toBeVisible()
  } finally { await quit(second) }
})

test('a page whose process died comes back by itself', async ({ app, page }) => {
  const crashed = page.waitForEvent('crash')
  await app.evaluate(({ BrowserWindow }) => { BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer() })
  await crashed
  await expect.poll(() => app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents
    return contents.isCrashed() ? '' : await contents.executeJavaScript('document.querySelector("main h1")?.textContent ?? ""') as string
  }), { timeout: 15_000 }).toBe('Library')
})
