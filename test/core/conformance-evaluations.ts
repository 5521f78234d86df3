// Every evaluation of the conformance table is made once and kept, with its stored predictions, until `forgetEvaluations`.
// Refuses to judge: it only hands over what the engine gave.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PredictionPage } from '../../shared/domain/run.ts'
import { fixture } from '../setup/fixtures.ts'
import type { Conformance } from './conformance-cases.ts'
import { evaluateIn, pageOf, type EvaluatedFixture } from './evaluate-case.ts'

const kept = new Map<string, Promise<EvaluatedFixture>>()
const pages = new Map<string, Promise<PredictionPage>>()
let home: string | null = null

/** A new folder that goes with the others. */
export function keptFolder(): string {
  home ??= mkdtempSync(join(tmpdir(), 'slipway-test-'))
  return mkdtempSync(join(home, 'e-'))
}

const strictlyExcluded = (): number[] => (JSON.parse(readFileSync(fixture('adult-income/data/test-messy.defects.json'), 'utf8')) as { strict_excluded_records: number[] }).strict_excluded_records

/** Imports, proposes and evaluates a line of the table; the second time it is there already. */
export function evaluated(one: Conformance): Promise<EvaluatedFixture> {
  const strict = one.policy === 'strict' ? { excludeRecords: strictlyExcluded() } : {}
  const found = kept.get(one.name) ?? evaluateIn(keptFolder(), one.model, one.data, one.target, { ...(one.policy === null ? {} : { rows: one.policy }), ...strict })
  kept.set(one.name, found)
  return found
}

async function readAll(path: string): Promise<PredictionPage> {
  let whole = await pageOf(path, 0, 1000)
  while (whole.rows.length < whole.total) whole = { ...whole, rows: [...whole.rows, ...(await pageOf(path, whole.rows.length, 1000)).rows] }
  return whole
}

/** All stored predictions of a line, in the order of the file. */
export async function answersOf(one: Conformance): Promise<PredictionPage> {
  const { predictions } = await evaluated(one)
  const found = pages.get(predictions) ?? readAll(predictions)
  pages.set(predictions, found)
  return found
}

export function forgetEvaluations(): void {
  kept.clear()
  pages.clear()
  if (home !== null) rmSync(home, { recursive: true, force: true })
  home = null
}
