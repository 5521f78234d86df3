// Stress tests in the store: what goes in comes out, newest first, only beside a finished run, and never changed again.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { newId, type RunId } from '../../shared/ids.ts'
import { RunOptions } from '../../shared/domain/run.ts'
import type { StressTest } from '../../shared/domain/stress.ts'
import { openStore, type Store } from '../../main/core/store/open.ts'
import { insertRun } from '../../main/core/store/runs.ts'
import { insertStressTest, listStressTests } from '../../main/core/store/stress-tests.ts'
import { binding, fill, hash, result } from './sample-rows.ts'

let folder = ''
let store: Store
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'slipway-stress-')); store = openStore(join(folder, 'slipway.db')) })
afterEach(() => { store.close(); rmSync(folder, { recursive: true, force: true }) })

const sample = (runId: RunId, createdAt: number): StressTest => {
  const clean = { severity: 0, metrics: [result.metrics[1]!], answered: 150, notAnswered: 0, reasons: [] }
  return {
    id: newId('stress', createdAt), runId, rows: 150, limit: null, levels: 1, seed: 1, batch: 64, headline: 'accuracy', clean,
    curves: [{ kind: 'missing', columns: ['w'], skipped: null, points: [{ ...clean, severity: 0.5, answered: 100, notAnswered: 50, reasons: [{ reason: 'missing number', count: 50 }] }] }],
    verdict: ['v'], modelRows: 300, seconds: 0.1, environment: result.environment, createdAt,
  }
}

it('comes out as it went in, newest first, after opening again', () => {
  const { runId } = fill(store)
  const [first, second] = [sample(runId, 10), sample(runId, 20)]
  store.write((db) => { insertStressTest(db, first); insertStressTest(db, second) })
  store.close()
  store = openStore(join(folder, 'slipway.db'))
  expect(store.read((db) => listStressTests(db, runId))).toEqual([second, first])
  expect(store.read((db) => listStressTests(db, newId('run')))).toEqual([])
})

it('takes no change, no deletion, no replacement, and no test of a run that is not done', () => {
  const { runId, version, data } = fill(store)
  const kept = sample(runId, 10)
  const open = newId('run')
  store.write((db) => {
    insertStressTest(db, kept)
    insertRun(db, { id: open, versionId: version.id, datasetId: data.id, datasetSha256: data.sha256, modelSha256: hash('a'), owner: 'me', binding, guesses: [], options: RunOptions.parse({}), createdAt: 1 })
  })
  expect(() => store.write((db) => insertStressTest(db, sample(open, 11)))).toThrow(/append-only/)
  expect(() => store.write((db) => insertStressTest(db, sample(newId('run'), 11)))).toThrow()
  const raw = new Database(join(folder, 'slipway.db'))
  try {
    for (const sql of ["UPDATE stress_tests SET report = ''", 'DELETE FROM stress_tests', 'INSERT OR REPLACE INTO stress_tests SELECT * FROM stress_tests']) expect(() => raw.prepare(sql).run(), sql).toThrow(/append-only/)
  } finally { raw.close() }
  expect(store.read((db) => listStressTests(db, runId))).toEqual([kept])
})
