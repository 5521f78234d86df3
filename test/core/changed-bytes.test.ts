// A byte changed anywhere in the database file is named by the check of the record or of the workspace, unless SQLite's own format says that it means nothing.
// Which bytes those are is read from the file by unused-bytes.ts. SLIPWAY_SWEEP=500 changes as many as that.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { examineDatabase } from '../../main/core/store/examine.ts'
import { verifyLedger } from '../../main/core/store/ledger-verify.ts'
import { makeEveryRow } from './every-row.ts'
import { usedBytes } from './unused-bytes.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-bytes-'))
const file = join(folder, 'changed.db')
let bytes: Buffer
let used: Uint8Array

beforeAll(() => {
  const path = join(folder, 'whole.db')
  makeEveryRow(path)
  bytes = readFileSync(path)
  const db = new Database(path, { readonly: true })
  try { used = usedBytes(bytes, [1, ...db.prepare('SELECT rootpage FROM sqlite_schema WHERE rootpage > 0').pluck().all() as number[]]) } finally { db.close() }
}, 30_000)
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

/** What the two checks say of the file with this byte changed; empty: nothing. */
function told(place: number, bit: number): string {
  const changed = Buffer.from(bytes)
  changed[place]! ^= 1 << bit
  writeFileSync(file, changed)
  const said = (look: () => readonly string[]): string => { try { return look().join(' ') } catch (thrown) { return String((thrown as { code?: unknown }).code) } }
  const fsck = said(() => examineDatabase(file).faults.map((f) => f.detail))
  return fsck === '' ? said(() => verifyLedger(file).findings.map((f) => f.sentence)) : fsck
}

it('of the header, all but the schema’s cookie and the number of the SQLite that wrote last', () => {
  const silent = Array.from({ length: 100 }, (_, place) => place).filter((place) => told(place, place % 8) === '')
  expect(silent).toEqual([40, 41, 42, 43, 96, 97, 98, 99])
  expect(told(18, 0)).toMatch(/its header says 3 as the file format of writers \(byte 18\)/)
  expect(told(19, 0)).toMatch(/its header says 3 as the file format of readers \(byte 19\)/)
  // One schema back: it must not be migrated again.
  expect(told(63, 0)).toMatch(/its schema number is \d+, but it has a .* of another one/)
  const both = Buffer.from(bytes)
  both[18] = 3 - both[18]!
  writeFileSync(file, both)
  expect(verifyLedger(file).findings[0]?.sentence).toMatch(/names two file formats \(bytes 18 and 19 say/)
}, 60_000)

it('of everything else that a page holds', () => {
  let state = 20261122
  const next = (below: number): number => (state = (state * 48271) % 2147483647) % below
  const places = Array.from({ length: bytes.length - 100 }, (_, i) => i + 100).filter((place) => used[place] === 1)
  expect(places.length).toBeGreaterThan(20_000)
  const count = Number(process.env['SLIPWAY_SWEEP'] ?? 40)
  const silent = Array.from({ length: count }, () => places[next(places.length)]!).filter((place) => told(place, next(8)) === '')
  expect(silent).toEqual([])
}, 600_000)

it('room that is not used means nothing: every row reads as before, and nothing is told', () => {
  const place = used.lastIndexOf(0)
  expect(place).toBeGreaterThan(100)
  expect(told(place, 3)).toBe('')
})
