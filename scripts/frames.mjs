// Frame times in the real window while a graph of 10,000 nodes is panned, at several zooms. Prints the median, the 95th percentile and the longest;
// exit code 1 when a 95th percentile is over 32 ms. `node scripts/frames.mjs [BLOCKS]`: eight nodes each, 1,250 of them when absent.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildIfStale } from './build.mjs'
import { ensureElectron } from './electron-runtime.mjs'

const project = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const limitMs = 32
const blocks = Number(process.argv[2] ?? 1250)

/** Without a display the program starts itself again inside a virtual one. */
if (process.platform === 'linux' && process.env.DISPLAY === undefined) {
  const again = spawnSync('xvfb-run', ['-a', '-s', '-screen 0 1600x1000x24', process.execPath, ...process.argv.slice(1)], { stdio: 'inherit' })
  process.exit(again.status ?? 3)
}

const folder = mkdtempSync(join(tmpdir(), 'slipway-frames-'))
/** What happens in the page: moves the drawing by the wheel once a frame and notes the time between frames. */
const pan = async ({ zoom, frames }) => {
  const canvas = document.querySelector('[data-graph-canvas]')
  const box = canvas.getBoundingClientRect()
  const wheel = (more) => canvas.dispatchEvent(new WheelEvent('wheel', { bubbles: true, cancelable: true, clientX: box.left + box.width / 2, clientY: box.top + 200, ...more }))
  const frame = () => new Promise((done) => { requestAnimationFrame(done) })
  for (let i = 0; i < Math.abs(zoom); i++) { wheel({ deltaY: zoom > 0 ? -100 : 100, ctrlKey: true }); await frame() }
  await frame()
  const times = []
  let before = await frame()
  for (let i = 0; i < frames; i++) {
    wheel({ deltaX: (i % 60 < 30 ? 1 : -1) * 12, deltaY: i % 240 < 120 ? 60 : -58 })
    const now = await frame()
    times.push(now - before)
    before = now
  }
  return times
}

async function measure() {
  const { build } = await import('esbuild')
  const model = join(folder, 'many-nodes.mjs')
  await build({ entryPoints: [join(project, 'test/setup/many-nodes.ts')], outfile: model, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' })
  const file = join(folder, 'large.onnx')
  writeFileSync(file, (await import(model)).manyNodes(blocks))
  const added = spawnSync(process.execPath, [join(project, 'out/main/cli.js'), 'import', file, '--workspace', join(folder, 'workspace'), '--json'], { encoding: 'utf8' })
  const version = /version_[0-9a-z]+/i.exec(added.stdout)?.[0]
  if (version === undefined) throw new Error(`the model was not imported: ${added.stdout}${added.stderr}`)
  const { dist } = await ensureElectron()
  process.env.ELECTRON_OVERRIDE_DIST_PATH = dist
  const { _electron } = await import('playwright')
  const { existsSync } = await import('node:fs')
  const own = existsSync(join(dist, 'resources/app')) ? [] : [project]
  const app = await _electron.launch({ cwd: project, args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...own, `--user-data-dir=${join(folder, 'user')}`, `--workspace=${join(folder, 'workspace')}`], env: { ...process.env } })
  try {
    const page = await app.firstWindow()
    await page.getByRole('main').waitFor()
    await page.evaluate((to) => { location.hash = to }, `#/graph/${version}`)
    await page.getByRole('button', { name: 'Open groups' }).click({ timeout: 120_000 })
    await page.getByText('Laying out …').waitFor({ state: 'hidden', timeout: 120_000 })
    await page.locator('[data-graph-canvas]').waitFor({ timeout: 120_000 })
    const rows = []
    for (const [name, zoom] of [['words and shapes', 0], ['half the size', -4], ['far away', -12]]) rows.push([name, await page.evaluate(pan, { zoom, frames: 360 })])
    await page.getByRole('button', { name: 'Show all of it' }).click()
    rows.push(['all of it in view', await page.evaluate(pan, { zoom: 0, frames: 360 })])
    return rows
  } finally {
    await app.close()
  }
}

try {
  buildIfStale()
  const rows = await measure()
  const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  console.log(`Frame times of panning ${blocks * 8} nodes, all groups open, milliseconds:`)
  for (const [name, times] of rows) {
    const sorted = [...times].sort((a, b) => a - b)
    console.log(`${name.padEnd(20)} median ${at(sorted, 0.5).toFixed(1).padStart(6)}   95 % ${at(sorted, 0.95).toFixed(1).padStart(6)}   longest ${sorted.at(-1).toFixed(1).padStart(6)}   of ${sorted.length}`)
    if (at(sorted, 0.95) > limitMs) process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
