// Inference runs in a process of its own: the window and main answer at once while the engine is deep in a native call.
import { ask } from './ask.ts'
import { expect, test } from './launch.ts'
import { below, hasRuntime } from './processes.ts'
import { bringSlow, startSlow } from './slow-run.ts'

test('200 round trips during a native call of half a minute: 99 of 100 under 50 ms', async ({ page, folder }) => {
  const { jobId } = await startSlow(page, await bringSlow(page, folder))
  const times = await page.evaluate(async () => {
    const port = (globalThis as unknown as { slipwayTestPort: MessagePort }).slipwayTestPort
    const trip = (id: number): Promise<number> => new Promise((resolve) => {
      const started = performance.now()
      const onMessage = (event: MessageEvent): void => {
        if ((event.data as { id?: number }).id !== id) return
        port.removeEventListener('message', onMessage)
        resolve(performance.now() - started)
      }
      port.addEventListener('message', onMessage)
      port.postMessage({ kind: 'call', id, method: 'settings.get', input: {} })
    })
    const all: number[] = []
    // Spread over several seconds of the call: back to back they would look at a tenth of a second of it.
    for (let i = 0; i < 200; i++) {
      all.push(await trip(9_000_000 + i))
      await new Promise((resolve) => { setTimeout(resolve, 20) })
    }
    return all.sort((a, b) => a - b)
  })
  const percentile = times[Math.ceil(0.99 * times.length) - 1]!
  test.info().annotations.push({ type: '99th percentile', description: `${percentile.toFixed(1)} ms, median ${times[100]!.toFixed(1)} ms` })
  expect(percentile).toBeLessThan(50)
  expect((await ask(page, 'job.list', {})).find((job) => job.id === jobId)).toMatchObject({ method: 'run.evaluate', state: 'running' })
})

test('only engine processes have ONNX Runtime in them', async ({ app, page, folder }) => {
  await startSlow(page, await bringSlow(page, folder))
  const main = app.process().pid!
  const all = below(main)
  const withRuntime = all.filter((p) => hasRuntime(p.pid))
  expect(withRuntime.length).toBeGreaterThan(0)
  for (const engine of withRuntime) expect(engine.command).toContain('--type=utility')
  expect(hasRuntime(main)).toBe(false)
  const renderers = all.filter((p) => p.command.includes('--type=renderer'))
  expect(renderers.length).toBeGreaterThan(0)
  for (const renderer of renderers) expect(hasRuntime(renderer.pid)).toBe(false)
})
