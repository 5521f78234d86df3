// Checks a workspace, open or not: the database by SQLite's own checks, every stored file by its hash, every leftover by its place.
// Changes nothing unless sweeping is asked for, and then removes only what it has just found to be unused, never in a workspace with a damaged database.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { FindingKind, WorkspaceCheck, WorkspaceFinding } from '../../../shared/domain/workspace.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { hashFile } from '../files/blobs.ts'
import type { WorkspaceFolders } from '../files/places.ts'
import { checkCancelled } from '../files/staged-copy.ts'
import type { BlobNeed } from '../store/blob-names.ts'
import { contentPath } from '../store/datasets.ts'
import { examineAside } from '../store/database-aside.ts'
import type { DatabaseFault, Examination } from '../store/examine.ts'
import { checkSentence, databaseWords, goneDataWords, lostFileWords, unusedFileWords } from './check-words.ts'
import { leftovers, type Removable } from './leftovers.ts'

export interface CheckWatch {
  readonly signal: AbortSignal
  /** Bytes of stored files that were read, of all of them. */
  readonly progress: (step: string, done: number | null, total: number | null) => void
}

export interface CheckOptions {
  readonly sweep: boolean
  /** Whether somebody may be writing here now, so that what nothing names may be named in a moment. */
  readonly busy: () => boolean
  /** The caller's own staging folder, which is no leftover. */
  readonly session: string | null
  readonly clock: () => number
}

const finding = (kind: FindingKind, severity: WorkspaceFinding['severity'], words: Pick<WorkspaceFinding, 'about' | 'sentence' | 'next'>, bytes: number | null = null, removable = false): WorkspaceFinding =>
  ({ kind, severity, ...words, bytes, removable })

interface StoredFile { readonly name: string; readonly path: string; readonly bytes: number }

/** What lies on the shelves now. A file that goes while they are listed is left out. */
function storedFiles(folder: string): readonly StoredFile[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).flatMap((e) => {
    const path = join(e.parentPath, e.name)
    try { return [{ name: e.name, path, bytes: statSync(path).size }] } catch { return [] }
  })
}

function databaseFindings(examined: Examination): readonly WorkspaceFinding[] {
  const groups = new Map<string, DatabaseFault[]>()
  for (const fault of examined.faults) {
    const key = `${fault.kind} ${fault.tables.join(' ')}${fault.tables.length === 0 ? fault.detail : ''}`
    groups.set(key, [...groups.get(key) ?? [], fault])
  }
  const half = examined.halfRuns.slice(0, 20).map((id) => finding('database', 'fault', { about: id, sentence: `The run ${id} has a result that does not fit its state.`, next: 'Evaluate again, and report this together with the file slipway.log.' }))
  return [...[...groups.values()].map((faults) => finding(faults[0]!.kind, 'fault', databaseWords(faults))), ...half]
}

/** Reads every stored file that something needs. A damaged one was of any length; a missing one has none. */
async function fileFindings(stored: readonly StoredFile[], needs: ReadonlyMap<string, readonly BlobNeed[]>, path: (sha256: string) => string, watch: CheckWatch): Promise<readonly WorkspaceFinding[]> {
  const total = stored.reduce((sum, f) => sum + f.bytes, 0)
  const sizes = new Map(stored.map((f) => [f.name, f.bytes]))
  const found: WorkspaceFinding[] = []
  let done = 0
  for (const [sha256, of] of needs) {
    checkCancelled(watch.signal)
    const hash = await hashFile(path(sha256)).catch((thrown: unknown) => {
      if ((thrown as { code?: unknown }).code === 'ENOENT') return null
      return ''
    })
    if (hash === null) found.push(finding('missing-file', 'fault', lostFileWords(of, false)))
    else if (hash !== sha256) found.push(finding('damaged-file', 'fault', lostFileWords(of, true), sizes.get(sha256) ?? null))
    done += sizes.get(sha256) ?? 0
    watch.progress('Reading the stored files', done, total)
  }
  return found
}

async function dataFindings(examined: Examination, copies: string, watch: CheckWatch): Promise<readonly WorkspaceFinding[]> {
  const found: WorkspaceFinding[] = []
  for (const data of examined.datasets) {
    checkCancelled(watch.signal)
    if (!data.copied) { if (!existsSync(data.path)) found.push(finding('data-set', 'note', goneDataWords(data.name, false))); continue }
    // A copied folder of pictures is hashed by the engine when it is used; here it only has to be there.
    const path = contentPath(data.path, data.id, true, copies)
    const whole = data.pictures ? existsSync(path) : await hashFile(path).catch(() => '') === data.sha256
    if (!whole) found.push(finding('data-set', 'fault', goneDataWords(data.name, true)))
  }
  return found
}

function unused(stored: readonly StoredFile[], needs: ReadonlyMap<string, unknown>, examined: Examination, busy: boolean): readonly Removable[] {
  // With a damaged database nobody can say what is unused.
  if (examined.faults.length > 0) return []
  return stored.filter((f) => !needs.has(f.name)).map((f) => {
    const whole = /^[0-9a-f]{64}$/.test(f.name)
    return { paths: [f.path], finding: finding(whole ? 'unused-file' : 'half-written', 'leftover', unusedFileWords(f.name, busy), f.bytes, !busy) }
  })
}

function sweepAway(items: readonly Removable[]): { count: number; bytes: number } {
  const removed = items.filter((item) => item.finding.removable)
  for (const item of removed) for (const path of item.paths) rmSync(path, { recursive: true, force: true })
  return { count: removed.length, bytes: removed.reduce((sum, item) => sum + (item.finding.bytes ?? 0), 0) }
}

const byHash = (needs: readonly BlobNeed[]): ReadonlyMap<string, readonly BlobNeed[]> => {
  const grouped = new Map<string, BlobNeed[]>()
  for (const need of needs) grouped.set(need.sha256, [...grouped.get(need.sha256) ?? [], need])
  return grouped
}

/**
 * The whole check. What is wrong is an answer, not an error.
 * Errors: `workspace.absent`, `store.newer`, `store.locked`, `store.readOnly`, `job.cancelled`.
 */
export async function checkWorkspace(folders: WorkspaceFolders, options: CheckOptions, watch: CheckWatch): Promise<WorkspaceCheck> {
  if (!existsSync(folders.database)) throw new SlipwayError('workspace.absent', { where: folders.workspace })
  // Files first: what is named later than they were listed is looked for by its name.
  const stored = storedFiles(folders.blobs)
  watch.progress('Reading the database', null, null)
  const examined = await examineAside(folders.database, watch.signal)
  const needs = byHash(examined.needs)
  const path = (sha256: string): string => join(folders.blobs, sha256.slice(0, 2), sha256)
  const lost = [...databaseFindings(examined), ...await fileFindings(stored, needs, path, watch), ...await dataFindings(examined, folders.datasets, watch)]
  const left = [...unused(stored, needs, examined, options.busy()), ...leftovers(folders, examined, options.session, options.clock())]
    .map((item) => (options.busy() ? { ...item, finding: { ...item.finding, removable: false } } : item))
  const swept = options.sweep ? sweepAway(left) : null
  const findings = [...lost, ...left.filter((item) => swept === null || !item.finding.removable).map((item) => item.finding)]
  const counts = { ...examined.counts, files: needs.size, bytes: stored.reduce((sum, f) => sum + (needs.has(f.name) ? f.bytes : 0), 0) }
  return { checkedAt: options.clock(), healthy: findings.every((f) => f.severity !== 'fault'), sentence: checkSentence(findings, counts), schema: examined.schema, counts, findings, swept }
}
