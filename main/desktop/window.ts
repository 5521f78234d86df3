// One secured window: sandboxed page at app://slipway, strict content policy, no navigation, no permissions, no network.
// Refuses everything that Electron would otherwise allow; docs/security.md lists each point.
import { BrowserWindow, nativeTheme, net, protocol, session, type Session } from 'electron'
import { join, normalize, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isPlace } from '../../shared/window-notes.ts'

export const appOrigin = 'app://slipway'
const rendererFolder = join(import.meta.dirname, '../renderer')

/** No `unsafe-*` anywhere; nothing from outside the application. */
export const contentPolicy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "font-src 'self'", "connect-src 'self'",
  "worker-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "object-src 'none'",
].join('; ')

const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }])
}

/** The file behind an app:// address, or null when it would leave the renderer's folder. */
export function rendererFile(address: string): string | null {
  const url = new URL(address)
  if (url.origin !== appOrigin && `${url.protocol}//${url.host}` !== appOrigin) return null
  const path = normalize(join(rendererFolder, decodeURIComponent(url.pathname === '/' ? '/index.html' : url.pathname)))
  return path.startsWith(rendererFolder + sep) ? path : null
}

async function serveRenderer(request: Request): Promise<Response> {
  const file = rendererFile(request.url)
  if (file === null || request.method !== 'GET') return new Response('not found', { status: 404 })
  try {
    const answer = await net.fetch(pathToFileURL(file).toString())
    const headers = new Headers(answer.headers)
    for (const [name, value] of Object.entries(securityHeaders)) headers.set(name, value)
    return new Response(answer.body, { status: answer.status, headers })
  } catch {
    return new Response('not found', { status: 404 })
  }
}

const allowedSchemes = new Set(['app:', 'devtools:', 'data:', 'blob:', 'file:'])

/** Denies permissions, downloads and every network request of the session. */
export function secureSession(target: Session = session.defaultSession): void {
  target.protocol.handle('app', serveRenderer)
  target.setPermissionRequestHandler((_contents, _permission, decide) => { decide(false) })
  target.setPermissionCheckHandler(() => false)
  target.setDevicePermissionHandler(() => false)
  target.on('will-download', (event) => { event.preventDefault() })
  target.webRequest.onBeforeRequest((details, decide) => {
    const scheme = new URL(details.url).protocol
    // The window itself never asks for file: addresses; only the app:// handler above does, in the main process.
    decide({ cancel: !allowedSchemes.has(scheme) || (scheme === 'file:' && details.webContentsId !== undefined) })
  })
  // No dictionary download, ever. Turning the checker off is not enough: with a language in its list it fetches that dictionary all the
  // same, past every handler of the session.
  target.setSpellCheckerLanguages([])
  target.setSpellCheckerEnabled(false)
}

/** Whether an address is the application's own page; loading that again is a reload, anything else would be leaving. */
const isOwnPage = (address: string): boolean => address.split(/[?#]/, 1)[0] === `${appOrigin}/index.html`

function denyLeaving(window: BrowserWindow): void {
  const contents = window.webContents
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-frame-navigate', (event) => { if (!event.isMainFrame || !isOwnPage(event.url)) event.preventDefault() })
  contents.on('will-redirect', (event) => { event.preventDefault() })
  contents.on('will-attach-webview', (event) => { event.preventDefault() })
}

/** Reloads a page whose process died; gives up when that happens three times within a minute. */
function recoverPage(window: BrowserWindow): void {
  const crashes: number[] = []
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit' || window.isDestroyed()) return
    const now = Date.now()
    crashes.push(now)
    if (crashes.filter((at) => now - at < 60_000).length < 3) window.webContents.reload()
  })
}

/** Loads the page. Closed or reloaded while it was on the way, nobody waits for that page any more: that is no failure. */
async function loadPage(window: BrowserWindow, hash: string): Promise<void> {
  let closing = false
  window.once('close', () => { closing = true })
  try {
    await window.loadURL(`${appOrigin}/index.html${isPlace(hash) ? hash : ''}`)
  } catch (thrown) {
    const isReloaded = (thrown as { readonly code?: unknown }).code === 'ERR_ABORTED'
    if (!isReloaded && !closing && !window.isDestroyed()) throw thrown
  }
}

/** Smaller than this no screen can be used. */
export const leastSize = { width: 880, height: 560 }

export interface WindowWish {
  /** Told of the window before its page loads. */
  readonly made: (window: BrowserWindow) => void
  /** null: in the middle, in the usual size. */
  readonly bounds: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | null
  readonly maximized: boolean
  /** The place that is shown first; empty for the first of all. */
  readonly hash: string
}

/** Opens an application window. Throws only when the page cannot be loaded. */
export async function openWindow({ made, bounds, maximized, hash }: WindowWish): Promise<BrowserWindow> {
  const window = new BrowserWindow({
    width: 1360, height: 900, ...bounds, minWidth: leastSize.width, minHeight: leastSize.height, show: false, title: 'Slipway',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181d' : '#f7f7f8',
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/preload.cjs'),
      sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false,
      webSecurity: true, allowRunningInsecureContent: false, webviewTag: false, navigateOnDragDrop: false, spellcheck: false, safeDialogs: true,
    },
  })
  made(window)
  denyLeaving(window)
  recoverPage(window)
  if (maximized) window.maximize()
  window.once('ready-to-show', () => { window.show() })
  await loadPage(window, hash)
  return window
}
