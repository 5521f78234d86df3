// Stress tests of runs: stored whole when they are complete, shown again without computing.
import { StressTest } from '../../../shared/domain/stress.ts'
import type { RunId } from '../../../shared/ids.ts'
import { json, type ReadDb, type WriteDb } from './database.ts'

/** Newest first. */
export function listStressTests(db: ReadDb, runId: RunId): readonly StressTest[] {
  return db.all('SELECT report FROM stress_tests WHERE run_id = $runId ORDER BY created_at DESC, id DESC', { runId }).map((row) => json(row, 'report', StressTest))
}

/** The run must be done; the database refuses anything else, and every later change. */
export function insertStressTest(db: WriteDb, test: StressTest): void {
  db.run('INSERT INTO stress_tests (id, run_id, report, created_at) VALUES ($id, $runId, $report, $createdAt)', {
    id: test.id, runId: test.runId, report: JSON.stringify(test), createdAt: test.createdAt,
  })
}
