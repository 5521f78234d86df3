// Points of Electron's published security checklist that security.spec.ts does not ask about: what the window is not given, and what the sources never call.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from './launch.ts'

const project = resolve(import.meta.dirname, '../..')
const desktop = join(project, 'main/desktop')
const sources = readdirSync(desktop).filter((name) => name.endsWith('.ts')).map((name) => ({ name, text: readFileSync(join(desktop, name), 'utf8') }))
const naming = (pattern: RegExp): string[] => sources.filter(({ text }) => pattern.test(text)).map(({ name }) => name)

test('no insecure content, no experimental features, no Blink features, no Node in frames and workers', async ({ app, page }) => {
  await page.getByRole('main').waitFor()
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
    const p = contents.getLastWebPreferences()
    return ['allowRunningInsecureContent', 'experimentalFeatures', 'enableBlinkFeatures', 'nodeIntegrationInWorker', 'nodeIntegrationInSubFrames', 'webviewTag', 'plugins', 'navigateOnDragDrop'].map((name) => [name, p[name] ?? false])
  })
  expect(preferences.filter(([, value]) => value !== false && value !== '')).toEqual([])
})

test('a webview in the page stays an unknown element, and would be refused when it attached', async ({ page }) => {
  const inside = await page.evaluate(() => {
    const view = document.createElement('webview')
    view.setAttribute('src', 'https://example.invalid/')
    view.setAttribute('allowpopups', '')
    document.body.append(view)
    return { known: view.constructor !== HTMLElement && view.constructor !== HTMLUnknownElement, shadow: view.shadowRoot !== null }
  })
  expect(inside).toEqual({ known: false, shadow: false })
  expect(naming(/will-attach-webview/).sort()).toEqual(['entry.ts', 'window.ts'])
})

test('nothing is opened outside: the sources name no openExternal, no openPath, no remote page and no file: page', () => {
  expect(naming(/openExternal|openPath|\.loadFile\(|enableRemoteModule|@electron\/remote/)).toEqual([])
  // Nor is a crash reporter started: what goes wrong is sent nowhere.
  expect(naming(/crashReporter/)).toEqual([])
  const loads = sources.flatMap(({ text }) => [...text.matchAll(/\.loadURL\((.*)\)$/gm)].map((m) => m[1]))
  // The second is the page that is printed: an address of its own session, in which nothing else exists.
  expect(loads.sort()).toEqual(['`${appOrigin}/index.html${isPlace(hash) ? hash : \'\'}`', 'address'])
  expect(sources.filter(({ text }) => text.includes("const address = 'app://report/'")).map(({ name }) => name)).toEqual(['print-pdf.ts'])
})

test('the page gets two functions and neither Electron’s modules nor its events', async ({ page }) => {
  const found = await page.evaluate(() => {
    const bridge = (globalThis as unknown as { slipway: Record<string, unknown> }).slipway
    return { names: Object.keys(bridge).sort(), kinds: Object.values(bridge).map((v) => typeof v), frozen: Object.isFrozen(bridge), electron: typeof (globalThis as Record<string, unknown>)['electron'], ipc: typeof (globalThis as Record<string, unknown>)['ipcRenderer'] }
  })
  expect(found).toEqual({ names: ['admit', 'connect'], kinds: ['function', 'function'], frozen: true, electron: 'undefined', ipc: 'undefined' })
})

test('no dictionary is fetched: the list of languages of the spelling checker is empty', async ({ app, page }) => {
  await page.getByRole('main').waitFor()
  expect(await app.evaluate(({ session }) => ({ on: session.defaultSession.isSpellCheckerEnabled(), languages: session.defaultSession.getSpellCheckerLanguages() }))).toEqual({ on: false, languages: [] })
})

test('the version of Electron is pinned, and every dependency comes from the lock with its hash', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> }
  const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as { packages: Record<string, { version: string; integrity: string }> }
  expect(devDependencies['electron']).toMatch(/^\d+\.\d+\.\d+$/)
  expect(lock.packages['node_modules/electron']).toMatchObject({ version: devDependencies['electron'] })
  expect(lock.packages['node_modules/electron']!.integrity).toMatch(/^sha512-/)
})
