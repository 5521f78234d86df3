// A workspace that cannot be written to, made readable: its database copied to a place for passing files, everything else read where it lies.
// Owns that copy and its removal. Refuses to touch the workspace.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { foldersOf, type Places } from './places.ts'

/** Where the copy may lie; the second is memory, for a machine whose only disk is full. */
const candidates = (): readonly string[] => [tmpdir(), '/dev/shm'].filter((folder) => existsSync(folder))

const stampOf = (path: string): string => { try { const s = statSync(path); return `${s.size}:${s.mtimeMs}` } catch { return 'none' } }

/** The database and its log as of one moment: copied anew where somebody wrote meanwhile. */
function copyWhole(database: string, to: string): void {
  const files = ['', '-wal']
  const stamp = (): string => files.map((ending) => stampOf(`${database}${ending}`)).join()
  for (let left = 3; ; left--) {
    const before = stamp()
    for (const ending of files) {
      rmSync(`${to}${ending}`, { force: true })
      if (existsSync(`${database}${ending}`)) copyFileSync(`${database}${ending}`, `${to}${ending}`)
    }
    if (stamp() === before || left <= 1) return
  }
}

/** Places to read a workspace from; null where there is no workspace, or no room for a copy of its database. `closePlaces` removes it. */
export function shadowPlaces(workspaceFolder: string): Places | null {
  const folders = foldersOf(workspaceFolder)
  if (!existsSync(folders.database)) return null
  for (const candidate of candidates()) {
    let shadow: string | null = null
    try {
      shadow = mkdtempSync(join(candidate, 'slipway-read-'))
      const session = join(shadow, 'session')
      mkdirSync(session)
      copyWhole(folders.database, join(shadow, 'slipway.db'))
      return { ...folders, database: join(shadow, 'slipway.db'), staging: shadow, journals: join(shadow, 'journals'), session, sessionName: 'session', leftBehind: false, alone: () => false, shadow }
    } catch {
      if (shadow !== null) rmSync(shadow, { recursive: true, force: true })
    }
  }
  return null
}
