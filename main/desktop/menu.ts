// The application menu, from a table of commands. Opening goes through the same event as files from the operating system.
import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { Core, Shell } from '../core/core.ts'

const isMac = process.platform === 'darwin'

/** Installs the menu. Failures of a chosen command are told by the core's own events, never by a dialog here. */
export function installMenu(core: Core, shell: Shell): void {
  const open = (what: Parameters<Shell['openFiles']>[0]) => (): void => {
    void shell.openFiles(what).then((paths) => (paths.length === 0 ? undefined : core.opened(paths)))
  }
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } satisfies MenuItemConstructorOptions] : []),
    { label: '&File', submenu: [
      { label: 'Import Models…', accelerator: 'CmdOrCtrl+O', click: open('model') },
      { label: 'Add Data Set…', accelerator: 'CmdOrCtrl+Shift+O', click: open('dataset') },
      { label: 'Add Image Folder…', click: open('image-folder') },
      { type: 'separator' },
      isMac ? { role: 'close' } : { role: 'quit' },
    ] },
    { role: 'editMenu' },
    { label: '&View', submenu: [
      { role: 'reload' }, { type: 'separator' }, { role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { type: 'separator' }, { role: 'togglefullscreen' },
    ] },
    { role: 'windowMenu' },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
