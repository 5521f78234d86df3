// Bringing logs home: the script of a bundle packs exactly the records of its bundle and time, counted and hashed, and says what it left out.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Feedback } from '../../shared/drift/feedback.ts'
import { PredlogRecord } from '../../shared/drift/predlog.ts'

let folder: string
const sums = `${'0'.repeat(64)}  bundle.json\n`
const digest = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex')

const fixed = (root: string): Record<string, unknown> => ({ schema: 'predlog.v1', model: 'iris', version: '1.2.3', serial: 3, root_digest: root })
const record = (minute: number, more: Record<string, unknown> = {}): string => JSON.stringify({
  ...fixed(digest(sums)), ts: new Date(Date.UTC(2026, 0, 2, 10, minute)).toISOString(), event_id: `0194a1b2-c3d4-7${String(minute).padStart(3, '0')}-8000-000000000000`, request_id: `r${minute}`, row: 0,
  arm: 'stable', latency_ms: 1, outcome: 'ok', out: { label: 'setosa' }, bins: { sepal_length: 1 }, sampled: 1, ...more,
})

function pack(...words: string[]): { code: number | null; text: string } {
  const answer = spawnSync(process.execPath, [join(folder, 'bundle/bin/feedback.mjs'), ...words], { encoding: 'utf8', cwd: folder, env: { ...process.env, TZ: 'Asia/Tokyo' } })
  return { code: answer.status, text: `${answer.stdout}${answer.stderr}` }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-feedback-'))
  mkdirSync(join(folder, 'bundle/bin'), { recursive: true })
  mkdirSync(join(folder, 'log'))
  copyFileSync(join(import.meta.dirname, '../../out/parts/feedback.mjs'), join(folder, 'bundle/bin/feedback.mjs'))
  writeFileSync(join(folder, 'bundle/SHA256SUMS'), sums)
  writeFileSync(join(folder, 'bundle/bundle.json'), JSON.stringify({ name: 'iris', version: '1.2.3', serial: 3 }))
  const head = JSON.stringify({ ...fixed(digest(sums)), kind: 'head', level: 1, raw_columns: [], records_per_second: 5000 })
  writeFileSync(join(folder, 'log/a.jsonl'), [head, record(0), record(1), record(2, { sampled: 0.1 }), '{"ts":"2026-01-02T10:02:00.000Z","message":"the server’s own line"}', ''].join('\n'))
  writeFileSync(join(folder, 'log/b.jsonl'), [
    head, record(3), record(4, { root_digest: 'e'.repeat(64) }), record(4).slice(0, 80), JSON.stringify({ ...fixed(digest(sums)), kind: 'dropped', ts: '2026-01-02T10:05:00.000Z', dropped: 7 }), record(6), record(59), '',
  ].join('\n'))
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

it('packs what belongs there, and counts what does not', () => {
  const answer = pack('pack', '--since', '2026-01-02T10:01:00Z', '--until', '2026-01-02T10:59:00Z', '--log', 'log', '--to', 'home/feedback.zip')
  expect(answer).toEqual({ code: 0, text: '4 records from 2026-01-02T10:01:00.000Z to 2026-01-02T10:06:00.000Z, for 13 rows, in home/feedback.zip\n7 more were dropped by the server\n1 more cannot be read\n1 more belong to other bundles\n' })
  const read = (path: string): Buffer => execFileSync('unzip', ['-p', join(folder, 'home/feedback.zip'), path])
  const feedback = Feedback.parse(JSON.parse(read('feedback.json').toString('utf8')))
  expect(feedback).toMatchObject({ root_digest: digest(sums), model: 'iris', version: '1.2.3', serial: 3, records: 4, dropped: 7, unreadable: 1, other_bundles: 1, sampling: { lowest: 0.1, rows: 13 }, level: 1 })
  expect(feedback.files.map((f) => [f.path, f.records])).toEqual([['records-000001.jsonl', 4]])
  const part = read('records-000001.jsonl')
  expect([digest(part), part.length]).toEqual([feedback.files[0]!.sha256, feedback.files[0]!.bytes])
  expect(part.toString('utf8').trimEnd().split('\n').map((l) => PredlogRecord.parse(JSON.parse(l)).request_id)).toEqual(['r1', 'r2', 'r3', 'r6'])
})

it('the same logs give the same bytes, and nothing is written over', () => {
  const words = ['--since', '2026-01-02', '--log', 'log/a.jsonl', '--log', 'log/b.jsonl']
  expect([pack('pack', ...words, '--to', 'one.zip').code, pack('pack', ...words, '--to', 'two.zip').code]).toEqual([0, 0])
  expect(readFileSync(join(folder, 'one.zip')).equals(readFileSync(join(folder, 'two.zip')))).toBe(true)
  expect(pack('pack', ...words, '--to', 'one.zip').code).toBe(2)
})

it('says what it cannot do', () => {
  expect(pack('pack', '--since', '2027-01-01', '--log', 'log', '--to', 'none.zip').code).toBe(1)
  expect(pack('pack', '--since', 'yesterday', '--log', 'log', '--to', 'x.zip')).toEqual({ code: 2, text: expect.stringContaining('--since is “yesterday”') as string })
  expect(pack('pack', '--since', '2026-01-01', '--to', 'x.zip').text).toContain('--log is needed')
  expect(pack('pack', '--since', '2026-01-01', '--log', 'nowhere', '--to', 'x.zip').code).toBe(2)
  expect(pack('unpack').code).toBe(2)
})
