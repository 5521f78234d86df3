// The application's life: one instance, ready, windows, files from the operating system, and an orderly quit.
// Started with `--cli --` it is the command line instead: no window, no lock, no session.
import { app, BrowserWindow, dialog, safeStorage } from 'electron'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { closedCore, defaultWorkspace, openCore, type Core, type CoreOptions, type KeyStore } from '../core/core.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { commandWords, runCommand } from './command-line.ts'
import { acceptWindows } from './connect.ts'
import { electronEngine, watchGoneProcesses } from './engine-process.ts'
import { followJobs, followTheme } from './follow-core.ts'
import { installMenu } from './menu.ts'
import { desktopShell } from './shell.ts'
import { registerScheme, secureSession } from './window.ts'
import { keepWindows, type Windows } from './windows.ts'
import { placeOfLink } from '../../shared/window-notes.ts'

const workspaceFlag = '--workspace='

/** Endings of files that may be opened by name; what they really are is found out from their bytes. */
const opens = /\.(onnx|zip|csv|tsv|txt|json|jsonl|ndjson|parquet)$/i

/** Existing files to open that are named on a command line; Chromium's and Node's own arguments are not among them. */
function pathsIn(args: readonly string[], cwd: string): string[] {
  return args.slice(1).filter((arg) => !arg.startsWith('-') && opens.test(arg)).map((arg) => resolve(cwd, arg)).filter((path) => existsSync(path))
}

function chosenWorkspace(): string {
  const flag = process.argv.find((arg) => arg.startsWith(workspaceFlag))
  return flag === undefined ? process.env['SLIPWAY_WORKSPACE'] ?? defaultWorkspace() : resolve(flag.slice(workspaceFlag.length))
}

const resourcesFolder = (): string => (app.isPackaged ? join(process.resourcesPath, 'resources') : join(app.getAppPath(), 'resources'))

/** Files that the operating system handed over before the core was open. */
const early: string[] = []
let core: Core | null = null
let windows: Windows | null = null
/** A place that was asked for before there was a window. */
let earlyPlace: string | undefined
let leaving = false

function handOver(paths: readonly string[]): void {
  if (paths.length === 0) return
  if (core === null) early.push(...paths)
  else void core.opened(paths)
}

/** The place that a `slipway://` link among these words names. */
const placeIn = (args: readonly string[]): string | undefined => args.map(placeOfLink).find((hash) => hash !== null) ?? undefined

/** One question when something is still running; answers whether to quit. */
async function confirmQuit(running: number): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'question', buttons: ['Keep Working', 'Stop and Quit'], defaultId: 0, cancelId: 0, title: 'Slipway',
    message: running === 1 ? 'A job is still running.' : `${running} jobs are still running.`,
    detail: 'If you quit now they are cancelled. Nothing half-done is kept.',
  })
  return response === 1
}

/** Quits in order: ask once, let the core cancel and close its store, then go. */
function quitInOrder(): void {
  let closed = false
  let closing = false
  app.on('before-quit', (event) => {
    leaving = true
    if (closed || core === null) return
    event.preventDefault()
    if (closing) return
    closing = true
    void (async () => {
      const running = core.runningJobs()
      if (running > 0 && !(await confirmQuit(running))) { closing = false; leaving = false; return }
      for (const window of BrowserWindow.getAllWindows()) window.hide()
      await core.close().catch(() => undefined)
      closed = true
      app.quit()
    })()
  })
  app.on('window-all-closed', () => { app.quit() })
}

/** What keeps even a window from opening is told in a plain box. */
function tellAndQuit(thrown: unknown): void {
  // A page that is closed while it loads fails to load; that is no failure to start.
  if (leaving) return
  const error = thrown instanceof SlipwayError ? thrown : null
  process.stderr.write(`${error === null ? String(thrown) : `${error.message} ${error.next}`}\n`)
  dialog.showErrorBox(error?.title ?? 'Slipway could not start', error === null ? String(thrown) : `${error.message}\n\n${error.next}`)
  app.exit(error?.exit ?? 5)
}

/** A workspace that cannot be opened is told in the window, which can look through it all the same. */
async function openOrExplain(options: CoreOptions): Promise<Core> {
  try {
    return await openCore(options)
  } catch (thrown) {
    if (!(thrown instanceof SlipwayError)) throw thrown
    process.stderr.write(`${thrown.message} ${thrown.next}\n`)
    return closedCore(options, thrown)
  }
}

/** The system's key store for this user; none where Electron would only pretend to have one. Known once the application is ready. */
function systemKeyStore(): { keyStore?: KeyStore } {
  if (!safeStorage.isEncryptionAvailable()) return {}
  if (process.platform === 'linux' && ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend())) return {}
  return { keyStore: { seal: (text) => safeStorage.encryptString(text), open: (sealed) => safeStorage.decryptString(sealed) } }
}

/** The packaged application's own binary refuses to be a plain Node (a fuse), so that a bundle is tried with the machine's. */
const nodeOfDesktop = (): NonNullable<CoreOptions['node']> => (app.isPackaged ? { command: 'node', env: {} } : { command: process.execPath, env: { ELECTRON_RUN_AS_NODE: '1' } })

async function start(): Promise<void> {
  await app.whenReady()
  secureSession()
  watchGoneProcesses()
  const shell = desktopShell(app.getPath('documents'))
  const workspace = chosenWorkspace()
  const opened = await openOrExplain({
    workspace, resources: resourcesFolder(), startEngine: electronEngine, version: app.getVersion(), electron: process.versions.electron, shell, node: nodeOfDesktop(), ...systemKeyStore(),
  })
  core = opened
  const kept = keepWindows(workspace, acceptWindows(opened))
  windows = kept
  installMenu(opened, shell, kept)
  followJobs(opened, kept)
  followTheme(opened)
  app.on('web-contents-created', (_event, contents) => { contents.on('will-attach-webview', (event) => { event.preventDefault() }) })
  app.on('activate', () => { if (BrowserWindow.getAllWindows().length === 0) void kept.open() })
  await kept.open(placeIn(process.argv) ?? earlyPlace)
  handOver([...early, ...pathsIn(process.argv, process.cwd())])
}

function startApplication(): void {
  registerScheme()
  // With --no-sandbox (root in a container) Chromium's own process sandbox cannot start; the window asks for its sandbox all the same.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  if (app.requestSingleInstanceLock()) {
    app.on('second-instance', (_event, args, cwd) => {
      windows?.show(placeIn(args))
      handOver(pathsIn(args, cwd))
    })
    app.on('open-url', (event, url) => {
      event.preventDefault()
      earlyPlace = placeIn([url])
      windows?.show(earlyPlace)
    })
    app.on('open-file', (event, path) => {
      event.preventDefault()
      handOver([path])
    })
    quitInOrder()
    start().catch(tellAndQuit)
  } else {
    app.quit()
  }
}

const words = commandWords(process.argv)
if (words === null) startApplication()
else runCommand(words)
