// Windows as a user has them: two on one workspace, live to each other and to the command line; the place kept over a restart; links and menus that lead to places.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { accelerator, shortcutGroups } from '../../shared/shortcuts.ts'
import { fixture } from '../setup/fixtures.ts'
import { expect, launch, quit, test } from './launch.ts'

const cli = (workspace: string, home: string, ...args: readonly string[]): string => execFileSync(process.execPath, [resolve('out/main/cli.js'), '--workspace', workspace, '--quiet', ...args], { encoding: 'utf8', env: { ...process.env, HOME: home } })

const chooseInMenu = (app: ElectronApplication, id: string): Promise<void> => app.evaluate(({ Menu }, item) => { Menu.getApplicationMenu()!.getMenuItemById(item)!.click() }, id)

async function secondWindow(app: ElectronApplication): Promise<Page> {
  const [page] = await Promise.all([app.waitForEvent('window'), chooseInMenu(app, 'new-window')])
  await page.getByRole('main').waitFor()
  return page
}

/** Every key of the menu that the window has, too, stands in the one list of keys. */
async function expectOneListOfKeys(app: ElectronApplication): Promise<void> {
  const shown = await app.evaluate(({ Menu }) => {
    const keysOf = (menu: Electron.Menu): string[] => menu.items.flatMap((item) => [...(item.accelerator != null && item.role == null && item.visible ? [String(item.accelerator)] : []), ...(item.submenu == null ? [] : keysOf(item.submenu))])
    return keysOf(Menu.getApplicationMenu()!)
  })
  const listed = new Set(shortcutGroups.flatMap((group) => group.shortcuts.flatMap((s) => s.keys.map(accelerator))))
  const places = Array.from({ length: 9 }, (_, i) => `CmdOrCtrl+${i + 1}`)
  expect(shown.length).toBeGreaterThan(10)
  expect(shown.filter((keys) => !listed.has(keys) && !places.includes(keys))).toEqual([])
}

test('two windows follow each other and the command line; the next start goes on where this one was', async ({ folder }) => {
  test.setTimeout(120_000)
  const [workspace, userData] = [join(folder, 'Study'), join(folder, 'user')]
  mkdirSync(userData, { recursive: true })
  // A damaged note of the windows, and a place that no display shows, keep nothing from opening.
  writeFileSync(join(userData, 'windows.json'), '{"bounds": {"x": 99999')
  const app = await launch({ workspace, userData })
  const first = await app.firstWindow()
  await first.getByRole('main').waitFor()
  await expectOneListOfKeys(app)
  const second = await secondWindow(app)
  cli(workspace, folder, 'import', fixture('iris/models/iris-logreg-tensor.onnx'), '--model', 'Iris')
  for (const page of [first, second]) await expect(page.getByRole('table', { name: 'Models' }).getByRole('link', { name: 'Iris', exact: true })).toBeVisible({ timeout: 20_000 })
  await second.getByRole('table', { name: 'Models' }).getByRole('link', { name: 'Iris', exact: true }).click()
  await second.getByRole('heading', { name: 'Iris', level: 1 }).waitFor()
  cli(workspace, folder, 'dataset', 'add', fixture('iris/data/iris.csv'), '--name', 'Flowers')
  await chooseInMenu(app, 'go-datasets')
  await expect.poll(async () => (await Promise.all([first, second].map((page) => page.evaluate(() => location.hash)))).includes('#/datasets')).toBe(true)
  await second.close()

  // As the operating system hands over a link: a second start, which gives its words to the first and ends.
  await app.evaluate(({ app: electron }) => { electron.emit('second-instance', {}, ['slipway', 'slipway://open/datasets"><script>'], '/', null) })
  await app.evaluate(({ app: electron }) => { electron.emit('second-instance', {}, ['slipway', 'slipway://open/help?tab=words'], '/', null) })
  await expect(first.getByRole('tab', { name: 'Words' })).toHaveAttribute('aria-selected', 'true')
  await app.evaluate(({ BrowserWindow }) => { BrowserWindow.getAllWindows()[0]!.setBounds({ x: 40, y: 30, width: 1100, height: 700 }) })
  await expect.poll(() => JSON.parse(readFileSync(join(userData, 'windows.json'), 'utf8'))).toMatchObject({ bounds: { width: 1100, height: 700 }, workspaces: [{ folder: workspace, hash: '#/help?tab=words' }] })
  await quit(app)

  const again = await launch({ workspace, userData })
  const page = await again.firstWindow()
  await expect(page.getByRole('tab', { name: 'Words' })).toHaveAttribute('aria-selected', 'true')
  expect(await again.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getBounds())).toMatchObject({ width: 1100, height: 700 })
  await quit(again)
})
