// What a workspace holds: every row of every table, and every file with its hash. For proving that a refusal changes nothing.
import Database from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

export interface FolderState { readonly [path: string]: string }

/** Every file below a folder with its hash, links as links; the database itself and the log are told of elsewhere. */
export function filesBelow(folder: string, leaveOut: RegExp = /^slipway\.(db|log)/): FolderState {
  if (!existsSync(folder)) return {}
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort().filter((path) => !leaveOut.test(path))
  return Object.fromEntries(entries.map((path) => {
    const found = lstatSync(join(folder, path))
    if (found.isDirectory()) return [path, 'folder']
    if (found.isSymbolicLink()) return [path, `link to ${readlinkSync(join(folder, path))}`]
    return [path, createHash('sha256').update(readFileSync(join(folder, path))).digest('hex')]
  }))
}

/** Every row of every table, as the database itself tells. */
export function rowsOf(workspace: string): Readonly<Record<string, readonly unknown[]>> {
  const database = new Database(join(workspace, 'slipway.db'), { readonly: true })
  try {
    const tables = (database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`).all() as { name: string }[]).map((t) => t.name)
    return Object.fromEntries(tables.map((name) => [name, database.prepare(`SELECT * FROM "${name}"`).all().map((row) => JSON.stringify(row)).sort()]))
  } finally {
    database.close()
  }
}

/** Everything that a refusal must leave as it was. */
export const workspaceState = (workspace: string): unknown => ({ rows: rowsOf(workspace), files: filesBelow(workspace) })
