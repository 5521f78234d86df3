// The harness of sudden ends: starts the program in a process group of its own, kills the whole group at a random moment, and looks at what is left.
// After every kill: the check finds no fault, what was acknowledged is there, no run goes on for ever, nothing half-made has a final name.
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { checkFolder, nodeEngine, openCore, restoreBackup, type Core } from '../../main/core/core.ts'
import { migrations } from '../../main/core/store/migrations/list.ts'
import { openStore } from '../../main/core/store/open.ts'
import { runJob } from '../../shared/job-client.ts'
import { start, type Ended } from '../cli/run-cli.ts'
import { fixture } from '../setup/fixtures.ts'
import type { Filled } from './filled-workspace.ts'

const watch = { signal: new AbortController().signal, progress: (): void => undefined }

/** What one kind of work is, and what must hold when it was killed (`done`: it had ended by itself and said so). */
interface Work {
  readonly args: (place: Place) => readonly string[]
  readonly prepare?: (place: Place) => Promise<void> | void
  /** Faults, in words. */
  readonly look: (place: Place, core: Core, done: Ended | null) => Promise<readonly string[]>
}
export interface Place { readonly folder: string; readonly workspace: string; readonly filled: Filled }

const models = ['abalone/models/abalone-v1-linear.onnx', 'iris/models/iris-logreg-zipmap.onnx', 'adult-income/models/income-v1-logreg.onnx']
const unless = (ok: boolean, fault: string): readonly string[] => (ok ? [] : [fault])
/** Names in the folder that a user would take for the finished thing. */
const shown = (folder: string): readonly string[] => readdirSync(folder).filter((name) => !name.startsWith('.'))

const out = (place: Place): string => {
  const folder = join(place.folder, 'out')
  mkdirSync(folder, { recursive: true })
  return folder
}

/** An old workspace: what an earlier Slipway with the first schema would have left, with rows of this one. */
function makeOld({ workspace, filled }: Place): void {
  const path = join(workspace, 'slipway.db')
  for (const ending of ['', '-wal', '-shm']) rmSync(`${path}${ending}`, { force: true })
  openStore(path, { steps: migrations.slice(0, 1) }).close()
  const db = new Database(path)
  try {
    db.prepare('ATTACH ? AS new').run(join(filled.folder, 'original/slipway.db'))
    for (const table of ['models', 'versions', 'bindings', 'datasets', 'settings', 'events']) {
      const columns = (db.pragma(`main.table_info(${table})`) as { name: string }[]).map((c) => c.name).join(', ')
      db.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM new.${table}`)
    }
    db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
      INSERT INTO main.events SELECT 'event_' || printf('%020d', i), i, 'test', 'x', 'Something happened.', '{}' FROM n`)
  } finally { db.close() }
}

/** A copy from before a migration, if one has its final name, is a whole database. */
function copyFaults(workspace: string): readonly string[] {
  return readdirSync(workspace).filter((name) => name.endsWith('.backup')).flatMap((name) => {
    const db = new Database(join(workspace, name), { readonly: true })
    try { return unless(db.pragma('integrity_check', { simple: true }) === 'ok' && db.pragma('user_version', { simple: true }) === Number(/schema-(\d+)/.exec(name)?.[1]), `${name} is not a whole copy`) } finally { db.close() }
  })
}

const answerOf = (filled: Filled): string => join(filled.folder, 'iris.answer.json')
const requestOf = (filled: Filled): string => join(filled.folder, 'iris.review.json')
const [askedIn, reviewerIn] = [(filled: Filled): string => join(filled.folder, 'asked'), (filled: Filled): string => join(filled.folder, 'reviewer')]

const asked = new WeakMap<Filled, Promise<void>>()
/** Asked for and answered once; every moment begins with a copy of these two workspaces and the same signed files. */
function askOnce(filled: Filled): Promise<void> {
  const ready = async (at: string, ...args: string[]): Promise<void> => { const { code, err } = await start(['--workspace', at, ...args]).ended; if (code !== 0) throw new Error(err) }
  const ask = async (): Promise<void> => {
    const [author, reviewer] = [askedIn(filled), reviewerIn(filled)]
    cpSync(join(filled.folder, 'original'), author, { recursive: true })
    await ready(reviewer, 'identity', '--out', join(filled.folder, 'reviewer.pub.pem'))
    await ready(author, 'reviewer', 'trust', 'Ada', join(filled.folder, 'reviewer.pub.pem'))
    await ready(author, 'review', 'request', 'iris@1', '--out', requestOf(filled))
    // Somebody else by name, too: whoever imported the version under the same name may not approve it.
    await ready(reviewer, '--as', 'Ada', 'review', 'approve', requestOf(filled), '--out', answerOf(filled))
  }
  const started = asked.get(filled) ?? ask()
  asked.set(filled, started)
  return started
}

/** Begins with a copy of another workspace than the filled one. */
async function beginWith({ workspace, filled }: Place, other: (filled: Filled) => string): Promise<void> {
  await askOnce(filled)
  rmSync(workspace, { recursive: true, force: true })
  cpSync(other(filled), workspace, { recursive: true })
}

/** The one file in the folder for results, read back; null: none has its final name. */
function signedIn<T>(place: Place): { readonly body: T } | null {
  const [name] = shown(out(place))
  return name === undefined ? null : JSON.parse(readFileSync(join(out(place), name), 'utf8')) as { body: T }
}

const works = {
  import: {
    args: () => ['import', '--rewrite', ...models.map(fixture)],
    look: async (_, core, done) => {
      const names = (await core.client.call('model.list', {})).map((m) => m.name)
      return [...unless(names.includes('iris'), 'the model that was there is gone'), ...unless(done === null || names.length === models.length + 1, `an acknowledged import is missing: ${names.join(', ')}`)]
    },
  },
  evaluate: {
    args: () => ['evaluate', 'iris@1', '--data', fixture('iris/data/iris.csv'), '--target', 'species'],
    look: async ({ filled }, core, done) => {
      const runs = await core.client.call('run.list', {})
      const acknowledged = done === null ? undefined : (JSON.parse(done.out) as { id: string }).id
      return [
        ...unless(runs.some((r) => r.id === filled.runId && r.status === 'done'), 'the run that was there is gone'), ...unless(acknowledged === undefined || runs.some((r) => r.id === acknowledged && r.status === 'done'), 'an acknowledged run is missing'),
        ...runs.filter((r) => r.status === 'running' || r.status === 'queued').map((r) => `the run ${r.id} is ${r.status} for ever`),
      ]
    },
  },
  gate: {
    args: ({ filled }) => ['gate', filled.runId, '--policy', join(filled.folder, 'gate.yaml'), '--save'],
    look: async ({ filled }, core, done) => {
      const checks = await core.client.call('gate.checks', { runId: filled.runId })
      return unless(checks.length >= (done === null ? 1 : 2), 'a decision that was acknowledged is missing')
    },
  },
  promote: {
    args: () => ['promote', 'iris@1', '--alias', 'champion', '--reason', 'it is the only one'],
    look: async ({ filled }, core, done) => {
      const [champion] = await core.client.call('alias.history', { modelId: filled.version.modelId })
      return unless(done === null ? champion === undefined || champion.to?.versionId === filled.version.id : champion?.to?.versionId === filled.version.id, 'a promotion that was acknowledged is missing, or half of one is there')
    },
  },
  ask: {
    args: (place) => ['review', 'request', 'iris@1', '--out', join(out(place), 'iris.review.json')],
    look: async (place, core, done) => {
      const { state } = await core.client.call('version.life', { versionId: place.filled.version.id })
      const requests = await core.client.call('review.list', {})
      const file = signedIn<{ id: string }>(place)
      return [
        ...unless(requests.length === (state === 'in-review' ? 1 : 0), `the version is ${state}, with ${requests.length} requests`), ...unless(done === null || state === 'in-review', 'a request that was acknowledged is missing'),
        ...unless(requests.every((r) => r.body.id === file?.body.id), 'the version waits for an answer to a request that nobody has'),
      ]
    },
  },
  answer: {
    prepare: (place) => beginWith(place, reviewerIn),
    args: (place) => ['--as', 'Ada', 'review', 'reject', requestOf(place.filled), '--comment', 'No.', '--out', join(out(place), 'iris.answer.json')],
    look: async (place, core, done) => {
      const [received] = await core.client.call('review.received', {})
      const file = signedIn<{ decision: string }>(place)
      const recorded = received?.answer?.decision === 'reject'
      return [
        ...unless(received?.answer !== null && received?.answer !== undefined, 'the answer that was given before is gone'), ...unless(done === null || (recorded && file !== null), 'an answer that was acknowledged is missing'),
        ...unless(!recorded || file?.body.decision === 'reject', 'the record tells of an answer that nobody can send'),
      ]
    },
  },
  approve: {
    prepare: (place) => beginWith(place, askedIn),
    args: ({ filled }) => ['review', 'accept', answerOf(filled)],
    look: async ({ filled }, core, done) => {
      const { state } = await core.client.call('version.life', { versionId: filled.version.id })
      const answers = (await core.client.call('review.list', {})).flatMap((review) => review.answers).length
      return [...unless(answers === (state === 'approved' ? 1 : 0), `the version is ${state}, with ${answers} answers`), ...unless(done === null || state === 'approved', 'an approval that was acknowledged is missing')]
    },
  },
  export: {
    args: (place) => ['export', place.filled.runId, '--out', join(out(place), 'iris.mlbundle.zip')],
    look: async (place, core, done) => {
      const [name] = shown(out(place))
      const bundles = await core.client.call('bundle.list', {})
      if (name === undefined) return [...unless(done === null, 'an acknowledged bundle is missing'), ...unless(bundles.length === 0, 'the record tells of a bundle that is not there')]
      const report = await runJob(core.client, 'bundle.verify', { file: (await core.admit(join(out(place), name))).token, golden: false })
      return [...unless(report.verdict === 'trusted', `a half-written bundle: ${report.sentence}`), ...unless(done === null || bundles.length === 1, 'an acknowledged bundle is not in the record')]
    },
  },
  backup: {
    args: (place) => ['backup', '--out', join(out(place), 'a.backup.zip')],
    look: async (place, _core, done) => {
      const [name] = shown(out(place))
      if (name === undefined) return unless(done === null, 'an acknowledged backup is missing')
      const into = join(place.folder, 'restored')
      await restoreBackup(join(out(place), name), into, watch)
      return (await checkFolder(into, false, watch)).findings.map((f) => `in the restored backup: ${f.sentence}`)
    },
  },
  restore: {
    prepare: async (place) => {
      const ready = join(place.filled.folder, 'ready.backup.zip')
      if (!existsSync(ready)) await start(['--workspace', place.workspace, 'backup', '--out', ready]).ended
      copyFileSync(ready, join(place.folder, 'a.zip'))
    },
    args: (place) => ['restore-backup', join(place.folder, 'a.zip'), '--into', join(place.folder, 'there')],
    look: async (place, _core, done) => {
      const there = join(place.folder, 'there')
      if (!existsSync(there)) return unless(done === null, 'an acknowledged restore is missing')
      return (await checkFolder(there, false, watch)).findings.map((f) => `in the restored workspace: ${f.sentence}`)
    },
  },
  migration: {
    prepare: makeOld,
    args: () => ['history'],
    look: async ({ workspace, filled }, core) => {
      const events = await core.client.call('history.list', { offset: 2990, limit: 1000 })
      return [...copyFaults(workspace), ...unless(events.length >= 10, 'events are missing after the update'), ...unless((await core.client.call('version.get', { versionId: filled.version.id })).version.number === 1, 'the version is gone')]
    },
  },
} satisfies Readonly<Record<string, Work>>

export type WorkKind = keyof typeof works
export const workKinds = Object.keys(works) as readonly WorkKind[]

export interface Killed { readonly kind: WorkKind; readonly ms: number; /** it ended by itself before its moment came */ readonly ended: boolean; readonly faults: readonly string[] }

const openAgain = (place: Place): Promise<Core> => openCore({ workspace: place.workspace, resources: place.folder, startEngine: nodeEngine, version: '0', electron: null })

/** How long each kind takes when nobody kills it, by the newest ones that ended; a first guess before there are any. */
const usual = new Map<WorkKind, number>([['import', 2500], ['evaluate', 3000], ['gate', 1500], ['promote', 1500], ['ask', 1000], ['answer', 1000], ['approve', 1000], ['export', 5000], ['backup', 2000], ['restore', 1500], ['migration', 1500]])

/** One sudden end. `chance` from 0 to 1 is where in the usual time of this work the moment lies, a little later than its end at most; Infinity lets it end. */
export async function killOnce(filled: Filled, kind: WorkKind, chance: number, at: number): Promise<Killed> {
  const folder = join(filled.folder, `kill-${at}`)
  mkdirSync(folder)
  const place: Place = { folder, filled, workspace: join(folder, 'workspace') }
  const work: Work = works[kind]
  try {
    cpSync(join(filled.folder, 'original'), place.workspace, { recursive: true })
    await work.prepare?.(place)
    const ms = Math.round(chance * 1.1 * (usual.get(kind) ?? 0))
    const began = Date.now()
    const child = start(['--workspace', place.workspace, '--json', ...work.args(place)], { HOME: folder })
    const timer = Number.isFinite(ms) ? setTimeout(() => { try { child.killGroup('SIGKILL') } catch { /* it has ended */ } }, ms) : undefined
    const ended = await child.ended
    clearTimeout(timer)
    if (ended.code !== null) usual.set(kind, Date.now() - began)
    // 1 is an answer too: the gate said no.
    if (ended.code !== null && ended.code > (kind === 'gate' ? 1 : 0)) return { kind, ms, ended: true, faults: [`it failed by itself: ${ended.err.slice(0, 300)}${ended.out.slice(0, 300)}`] }
    return { kind, ms, ended: ended.code !== null, faults: await lookAfter(place, work, ended.code === null ? null : ended) }
  } finally { rmSync(folder, { recursive: true, force: true }) }
}

async function lookAfter(place: Place, work: Work, done: Ended | null): Promise<readonly string[]> {
  // Before anything is opened: leftovers may lie there, faults may not.
  const before = (await checkFolder(place.workspace, false, watch)).findings.filter((f) => f.severity === 'fault').map((f) => `before opening: ${f.sentence}`)
  const core = await openAgain(place)
  let found: readonly string[]
  try { found = await work.look(place, core, done) } finally { await core.close() }
  // A copy from before an update, kept on purpose, and one that was not finished are all that may lie there.
  const after = (await checkFolder(place.workspace, true, watch)).findings.filter((f) => f.kind !== 'old-copy').map((f) => `after opening: ${f.sentence}`)
  return [...before, ...found, ...after]
}
