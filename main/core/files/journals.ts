// Where the journals of evaluations lie: one file a run, beside the blobs, outliving the program. Their content is the engine's.
// Refuses to keep any of a run that is done, and old ones of the others.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { RunId, Sha256 } from '../../../shared/ids.ts'

export interface Journals {
  /** A run that is stopped before this much time of scoring keeps nothing, in milliseconds; one that goes on keeps what came before, too. */
  readonly afterMs: number
  path(run: RunId): string
  has(run: RunId): boolean
  /** The journal of one run becomes another's; nothing happens when there is none. */
  handOver(from: RunId, to: RunId): void
  drop(run: RunId): void
  /** Whether there is any. */
  any(): boolean
  /** Names of the files that sweeping would remove: journals older than two weeks, and those of runs that `keep` does not name. */
  gone(keep: ReadonlySet<string>, now: number): readonly string[]
  /** Removes those. Answers how many. */
  sweep(keep: ReadonlySet<string>, now: number): number
}

const ending = '.journal'
const keptMs = 14 * 24 * 60 * 60 * 1000
/** Three seconds of scoring are sooner made again than written and read. */
const defaultAfterMs = 3_000

export interface Conditions { readonly modelSha256: Sha256; readonly datasetSha256: Sha256; readonly binding: unknown; readonly options: unknown; readonly slipway: string }

/** The same conditions give the same key; answers that were made under others are never used. */
export const journalKey = (c: Conditions): Sha256 => createHash('sha256').update(JSON.stringify([c.modelSha256, c.datasetSha256, c.binding, c.options, c.slipway])).digest('hex')

/** The journals below a folder, which the engine makes when it writes the first one. */
export function openJournals(folder: string, afterMs: number = defaultAfterMs): Journals {
  const path = (run: string): string => join(folder, `${run}${ending}`)
  const goneNames = (keep: ReadonlySet<string>, now: number): readonly string[] => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(ending)) : [])
    .filter((name) => !keep.has(name.slice(0, -ending.length)) || now - statSync(join(folder, name)).mtimeMs > keptMs)
  return {
    afterMs, path,
    has: (run) => existsSync(path(run)),
    handOver(from, to) { if (existsSync(path(from))) renameSync(path(from), path(to)) },
    drop(run) { rmSync(path(run), { force: true }) },
    any: () => existsSync(folder) && readdirSync(folder).some((name) => name.endsWith(ending)),
    gone: goneNames,
    sweep(keep, now) {
      const gone = goneNames(keep, now)
      for (const name of gone) rmSync(join(folder, name), { force: true })
      return gone.length
    },
  }
}
