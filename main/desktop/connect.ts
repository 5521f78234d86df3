// Hands each trusted window its port and admits the files that it was given. The only user of ipcMain: two listeners.
// After the handshake, possession of the port is the permission.
import { ipcMain, MessageChannelMain, type IpcMainEvent, type IpcMainInvokeEvent, type MessagePortMain, type WebContents } from 'electron'
import type { Core } from '../core/core.ts'
import type { Port } from '../../shared/rpc.ts'
import { AdmittedFile } from '../../shared/contract.ts'
import { appOrigin } from './window.ts'

function portOf(port: MessagePortMain): Port {
  return {
    post: (message) => { port.postMessage(message) },
    onMessage: (listener) => { port.on('message', (event) => { listener(event.data) }) },
    onClose: (listener) => { port.on('close', () => { listener('the window closed its end') }) },
  }
}

/** Whether a message really comes from the main frame of one of our windows, at our own address. */
export function isTrustedSender(event: Pick<IpcMainEvent | IpcMainInvokeEvent, 'sender' | 'senderFrame'>, ours: ReadonlySet<WebContents>): boolean {
  const frame = event.senderFrame
  if (frame === null || !ours.has(event.sender)) return false
  return frame === event.sender.mainFrame && frame.url.startsWith(`${appOrigin}/`)
}

export interface Connections { trust(contents: WebContents): void }

/** Listens for windows that ask for their port, and for files dropped onto them. */
export function acceptWindows(core: Core): Connections {
  const ours = new Set<WebContents>()
  const current = new Map<WebContents, MessagePortMain>()

  ipcMain.on('slipway.connect', (event) => {
    if (!isTrustedSender(event, ours)) return
    // A reload asks again: the port of the page before it is closed, which cancels its queries and nothing else.
    current.get(event.sender)?.close()
    const { port1, port2 } = new MessageChannelMain()
    current.set(event.sender, port1)
    core.serve(portOf(port1))
    port1.start()
    event.senderFrame?.postMessage('slipway.port', null, [port2])
  })
  ipcMain.handle('slipway.admit', async (event, path: unknown): Promise<AdmittedFile | null> => {
    if (!isTrustedSender(event, ours) || typeof path !== 'string' || path === '') return null
    return AdmittedFile.parse(await core.admit(path))
  })
  return {
    trust(contents) {
      ours.add(contents)
      contents.once('destroyed', () => {
        ours.delete(contents)
        current.delete(contents)
      })
    },
  }
}
