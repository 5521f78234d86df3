// The bridge in the sandboxed page: two functions and nothing else. Holds no secret and reads no file.
import { contextBridge, ipcRenderer, webUtils } from 'electron'

// A context bridge cannot carry a port, so it travels by a message of the window to itself.
ipcRenderer.on('slipway.port', (event) => {
  const [port] = event.ports
  if (port !== undefined) window.postMessage({ kind: 'slipway.port' }, window.origin, [port])
})

// A menu or a link from outside names a place; which screens there are the page knows.
ipcRenderer.on('slipway.go', (_event, hash: unknown) => {
  if (typeof hash === 'string' && hash.startsWith('#/')) window.location.hash = hash
})

contextBridge.exposeInMainWorld('slipway', {
  /** Asks main for a port; it arrives as a `slipway.port` message of this window. */
  connect(): void { ipcRenderer.send('slipway.connect') },
  /** Turns a dropped file or folder into a token; null for a File that has no place on disk. */
  async admit(file: File): Promise<unknown> {
    const path = webUtils.getPathForFile(file)
    return path === '' ? null : await ipcRenderer.invoke('slipway.admit', path)
  },
})
