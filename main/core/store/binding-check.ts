// Whether the database's native part can be loaded in this Node. Loading the published one before Node-API 10 (Node 22.14)
// ends the process without a word, so nothing is loaded before this was asked.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'

/** Throws `store.unprepared` when this Node is too old for the published binary and none was compiled for it. */
export function demandLoadable(): void {
  if (Number(process.versions.napi) >= 10) return
  const folder = dirname(dirname(createRequire(import.meta.url).resolve('better-sqlite3')))
  if (['Debug', 'Release'].some((kind) => existsSync(join(folder, 'build', kind, 'better_sqlite3.node')))) return
  throw new SlipwayError('store.unprepared', { node: process.versions.node })
}
