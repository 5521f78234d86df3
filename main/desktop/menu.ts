// The application menu of each operating system, from the same lists of keys and places as the window's own.
// Keys that the page listens to itself stand in the menu and are not taken from it.
import { app, BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron'
import { basename } from 'node:path'
import type { Core, Shell } from '../core/core.ts'
import { placeNames } from '../../shared/places.ts'
import { accelerator, menuKeys, placeKey, type Keys } from '../../shared/shortcuts.ts'
import { goTo, type Windows } from './windows.ts'

type Item = MenuItemConstructorOptions
const isMac = process.platform === 'darwin'
const line: Item = { type: 'separator' }

/** A key that is shown here and heard by the page. */
const heardByPage = (keys: Keys | null): Item => (keys === null ? {} : { accelerator: accelerator(keys), registerAccelerator: false })

/** Runs something on the page of the window in front; nothing where there is none. */
const onPage = (work: (window: BrowserWindow) => void) => (): void => {
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]
  if (window !== undefined) work(window)
}

/** Presses keys in the page, as if typed there: what they do is written in one place. */
const press = (keyCode: string, ...modifiers: readonly ('control' | 'meta' | 'alt' | 'shift')[]) => onPage((window) => {
  window.webContents.sendInputEvent({ type: 'keyDown', keyCode, modifiers: [...modifiers] })
  window.webContents.sendInputEvent({ type: 'keyUp', keyCode, modifiers: [...modifiers] })
})

/** Starts the application on another workspace; this one ends as by Quit, which asks when jobs run. */
function openWorkspace(folder: string): void {
  const args = [...process.argv.slice(1).filter((arg) => !arg.startsWith('--workspace=') && !arg.startsWith('slipway:')), `--workspace=${folder}`]
  app.once('quit', () => { app.relaunch({ args, ...(process.env['APPIMAGE'] === undefined ? {} : { execPath: process.env['APPIMAGE'] }) }) })
  app.quit()
}

function fileMenu(core: Core, shell: Shell, windows: Windows): Item {
  const open = (what: Parameters<Shell['openFiles']>[0]) => (): void => {
    void shell.openFiles(what).then((paths) => (paths.length === 0 ? undefined : core.opened(paths)))
  }
  const recent = windows.recent()
  return { label: '&File', submenu: [
    { id: 'new-window', label: 'New Window', accelerator: accelerator(menuKeys.newWindow), click: () => { void windows.open() } },
    { id: 'recent', label: 'Open Recent Workspace', enabled: recent.length > 0, submenu: recent.map((folder): Item => ({ label: basename(folder).replaceAll('&', '&&'), sublabel: folder, toolTip: folder, click: () => { openWorkspace(folder) } })) },
    line,
    { label: 'Import Models…', accelerator: accelerator(menuKeys.importModels), click: open('model') },
    { label: 'Add Data Set…', accelerator: accelerator(menuKeys.addData), click: open('dataset') },
    { label: 'Add Image Folder…', click: open('image-folder') },
    line,
    { label: 'Close Window', role: 'close', accelerator: accelerator(menuKeys.closeWindow) },
    ...(isMac ? [] : [{ role: 'quit' } satisfies Item]),
  ] }
}

const goMenu = (): Item => ({ label: '&Go', submenu: [
  { id: 'find', label: 'Find Anything…', ...heardByPage(menuKeys.find), click: press('K', isMac ? 'meta' : 'control') },
  { id: 'back', label: 'Back', ...heardByPage(menuKeys.back), click: press('Left', 'alt') },
  { label: 'Forward', ...heardByPage(menuKeys.forward), click: press('Right', 'alt') },
  line,
  ...placeNames.map((place, at): Item => ({ id: `go-${place.key}`, label: place.label, ...heardByPage(placeKey(at)), click: onPage((window) => { goTo(window, `#/${place.key}`) }) })),
] })

const viewMenu: Item = { label: '&View', submenu: [
  { role: 'reload' }, line,
  { role: 'resetZoom', accelerator: accelerator(menuKeys.asItWas) }, { role: 'zoomIn', accelerator: accelerator(menuKeys.larger) }, { role: 'zoomOut', accelerator: accelerator(menuKeys.smaller) },
  // The plus of most keyboards is typed with the key of the equals sign.
  { role: 'zoomIn', accelerator: 'CmdOrCtrl+=', visible: false, acceleratorWorksWhenHidden: true }, line,
  { role: 'togglefullscreen' },
] }

const to = (hash: string): () => void => onPage((window) => { goTo(window, hash) })

const helpMenu = (): Item => ({ role: 'help', label: '&Help', submenu: [
  { label: 'What Numbers Mean', click: to('#/help') }, { label: 'Words', click: to('#/help?tab=words') }, { id: 'keys', label: 'Keyboard Shortcuts', click: to('#/help?tab=keys') }, line,
  { id: 'diagnostics', label: 'Diagnostics', click: to('#/diagnostics') },
  ...(isMac ? [] : [{ role: 'about' } satisfies Item]),
] })

/** Installs the menu. Failures of a chosen command are told by the core's own events, never by a dialog here. */
export function installMenu(core: Core, shell: Shell, windows: Windows): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate([...(isMac ? [{ role: 'appMenu' } satisfies Item] : []), fileMenu(core, shell, windows), { role: 'editMenu' }, viewMenu, goMenu(), { role: 'windowMenu' }, helpMenu()]))
}
