// The open windows: where each stands, what it shows, and what is noted of that for the next start. Refuses to let a note keep a window from opening.
import { app, BrowserWindow, screen } from 'electron'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fitBounds, isPlace, noteWorkspace, readWindowNotes, type Bounds, type WindowNotes } from '../../shared/window-notes.ts'
import type { Connections } from './connect.ts'
import { leastSize, openWindow } from './window.ts'

const savedAfterMs = 400
/** How far a further window stands from the one before it. */
const step = 28

function readText(file: string): string | null {
  try { return readFileSync(file, 'utf8') } catch { return null }
}

/** Written beside and renamed: a power cut leaves the note before it. A note that cannot be written is only a convenience that is gone. */
function writeNotes(file: string, notes: WindowNotes): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(notes))
    renameSync(`${file}.new`, file)
  } catch { /* see above */ }
}

export interface Windows {
  /** One more window; the first stands where the last one of the session before stood, at its place. */
  open(hash?: string): Promise<void>
  /** Brings a window to the front, and to a place when one is given; opens one when there is none. */
  show(hash?: string): void
  /** Other workspaces of late, newest first. */
  recent(): readonly string[]
}

const front = (): BrowserWindow | undefined => BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]
const hashOf = (url: string): string => { try { return new URL(url).hash } catch { return '' } }

/** Has the page of a window go to a place; preload looks at the text once more. */
export function goTo(window: BrowserWindow, hash: string): void {
  if (isPlace(hash)) window.webContents.send('slipway.go', hash)
}

/** Keeps the windows of a workspace and their notes. */
export function keepWindows(workspace: string, connections: Connections): Windows {
  const file = join(app.getPath('userData'), 'windows.json')
  let notes = noteWorkspace(readWindowNotes(readText(file)), workspace)
  let timer: ReturnType<typeof setTimeout> | null = null
  const save = (): void => { if (timer !== null) clearTimeout(timer); timer = null; writeNotes(file, notes) }
  const soon = (): void => { timer ??= setTimeout(save, savedAfterMs) }
  save()

  const follow = (window: BrowserWindow): void => {
    const stood = (): void => {
      if (window.isDestroyed() || window.isMinimized() || window.isFullScreen()) return
      notes = { ...notes, maximized: window.isMaximized(), bounds: window.getNormalBounds() }
      soon()
    }
    for (const event of ['resize', 'move', 'maximize', 'unmaximize'] as const) window.on(event as 'resize', stood)
    window.webContents.on('did-navigate-in-page', (_event, url, isMainFrame) => {
      if (!isMainFrame) return
      notes = noteWorkspace(notes, workspace, hashOf(url))
      soon()
    })
    window.once('close', () => { stood(); save() })
  }
  const placeFor = (): Bounds | null => {
    const before = front()
    const areas = screen.getAllDisplays().map((display) => display.workArea)
    if (before === undefined) return fitBounds(notes.bounds, areas, leastSize)
    const { x, y, width, height } = before.getNormalBounds()
    return fitBounds({ x: x + step, y: y + step, width, height }, areas, leastSize)
  }
  const open = async (hash?: string): Promise<void> => {
    const first = BrowserWindow.getAllWindows().length === 0
    const known = notes.workspaces.find((w) => w.folder === workspace)?.hash
    await openWindow({
      made: (window) => { connections.trust(window.webContents); follow(window) },
      bounds: placeFor(), maximized: first && notes.maximized, hash: hash ?? (first ? known : undefined) ?? '',
    })
  }
  return {
    open,
    show(hash) {
      const window = front()
      if (window === undefined) { void open(hash); return }
      if (window.isMinimized()) window.restore()
      window.focus()
      if (hash !== undefined) goTo(window, hash)
    },
    recent: () => notes.workspaces.map((w) => w.folder).filter((folder) => folder !== workspace),
  }
}
