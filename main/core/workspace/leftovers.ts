// What ended programs leave in a workspace beside its stored files: staging folders, journals, old copies of the database, half-made keys, copies of data.
// Says of each whether removing it can harm anybody. Removes nothing itself.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { FindingKind, WorkspaceFinding } from '../../../shared/domain/workspace.ts'
import { openJournals } from '../files/journals.ts'
import { sessionLives, type WorkspaceFolders } from '../files/places.ts'
import type { Examination } from '../store/examine.ts'
import { leftoverWords } from './check-words.ts'

export interface Removable { readonly finding: WorkspaceFinding; readonly paths: readonly string[] }

const names = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : [])

/** Bytes of a file, or of everything in a folder; what goes meanwhile counts nothing. */
function bytesOf(path: string): number {
  try {
    const found = statSync(path)
    return found.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0) : found.size
  } catch { return 0 }
}

const left = (kind: FindingKind, about: string, sentence: string, path: string, removable = true): Removable =>
  ({ paths: [path], finding: { kind, severity: removable ? 'leftover' : 'note', ...leftoverWords(about, sentence, removable), bytes: bytesOf(path), removable } })

function oldCopies(folders: WorkspaceFolders): readonly Removable[] {
  const base = basename(folders.database)
  const time = (name: string): string => name.replace(/^.*\.schema-\d+\./, '')
  const copies = names(folders.workspace).filter((name) => name.startsWith(`${base}.schema-`) && name.endsWith('.backup')).sort((a, b) => (time(a) < time(b) ? -1 : 1))
  return copies.map((name, i) => {
    const newest = i === copies.length - 1
    return left('old-copy', name, newest ? 'A copy of the database from before Slipway was updated last. It is kept in case the update is regretted.' : 'A copy of the database from before an earlier update; there is a newer one.', join(folders.workspace, name), !newest)
  })
}

function staging(folders: WorkspaceFolders, session: string | null): readonly Removable[] {
  return names(folders.staging).filter((name) => name !== session && !sessionLives(folders.staging, name))
    .map((name) => left('staging', `unfinished work ${name}`, 'A program that is gone left unfinished work here.', join(folders.staging, name)))
}

function journals(folders: WorkspaceFolders, examined: Examination, now: number): readonly Removable[] {
  return openJournals(folders.journals).gone(new Set(examined.unfinished), now)
    .map((name) => left('journal', `journal ${name}`, 'The journal of an evaluation that has ended, or that nobody took up again in two weeks.', join(folders.journals, name)))
}

/** Keys and copies of data get their names when they are whole; what has another name is half-made. */
function halfMade(folders: WorkspaceFolders, examined: Examination): readonly Removable[] {
  const known = new Set(examined.datasets.filter((d) => d.copied).map((d) => d.id))
  return [
    ...names(folders.keys).filter((name) => name.startsWith('.publisher.key.')).map((name) => left('half-written', `unfinished key ${name}`, 'A program ended while it made the publisher’s key; this one was never used.', join(folders.keys, name))),
    ...names(folders.workspace).filter((name) => /\.backup\.\d+\.part(-journal)?$/.test(name)).map((name) => left('half-written', `unfinished copy ${name}`, 'A program ended while it copied the database before an update.', join(folders.workspace, name))),
    ...names(folders.datasets).filter((name) => !known.has(name)).map((name) => left('unused-file', `copied data ${name}`, 'A copy of data that belongs to no data set: adding it did not end.', join(folders.datasets, name))),
  ]
}

function lostRuns(examined: Examination, folders: WorkspaceFolders): readonly Removable[] {
  return examined.openRuns.filter((run) => !sessionLives(folders.staging, run.owner)).map((run) => ({
    paths: [], finding: { kind: 'open-run', severity: 'note', about: run.name, sentence: `The run of ${run.name} was interrupted.`, next: 'Opening the workspace marks it so; then it can be taken up again.', bytes: null, removable: false },
  }))
}

/** Everything of the kind. With a damaged database only what needs none to judge. */
export function leftovers(folders: WorkspaceFolders, examined: Examination, session: string | null, now: number): readonly Removable[] {
  const always = [...staging(folders, session), ...oldCopies(folders)]
  if (examined.faults.length > 0) return always.map((item) => ({ ...item, finding: { ...item.finding, removable: false } }))
  return [...always, ...journals(folders, examined, now), ...halfMade(folders, examined), ...lostRuns(examined, folders)]
}
