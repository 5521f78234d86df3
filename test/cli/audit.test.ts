// `slipway audit` as a process: the record of a real workspace holds, a change by another tool is found and named, and the exported log is
// verified by the script of docs/audit.md, which knows nothing of our code.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { AuditReport } from '../../shared/domain/audit.ts'
import { fixture } from '../setup/fixtures.ts'
import { inPlace, slipway, slipwayJson } from './run-cli.ts'

const script = /```python\n([^`]+)```/.exec(readFileSync(resolve(import.meta.dirname, '../../docs/audit.md'), 'utf8'))![1]!
const python = (file: string): string => {
  try { return execFileSync('python3', ['-c', script, file], { encoding: 'utf8', stdio: 'pipe' }) } catch (thrown) { return String((thrown as { stderr: string }).stderr) }
}

test('verify, export, tamper, verify: exit codes, words and the log', async () => {
  await inPlace(async (place) => {
    await slipwayJson(place, ['--as', 'Zoë ☂', 'evaluate', fixture('iris/models/iris-logreg-tensor.onnx'), '--data', fixture('iris/data/iris.csv'), '--target', 'species'])
    const log = join(place.folder, 'log.jsonl')
    const exported = await slipwayJson(place, ['--as', 'Ann', 'audit', 'export', '--out', log]) as { entries: number; events: number; head: { seq: number } }
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n').map((l) => JSON.parse(l) as { row?: { who: string; verb: string } })
    expect(lines).toHaveLength(exported.entries + 1)
    expect(lines.flatMap((l) => (l.row === undefined ? [] : [[l.row.who, l.row.verb]]))).toEqual(expect.arrayContaining([['Zoë ☂', 'version.import'], ['Zoë ☂', 'dataset.add'], ['Zoë ☂', 'run.evaluate']]))
    expect(exported.events).toBe(lines.filter((l) => l.row !== undefined).length)

    expect(python(log)).toBe(`${exported.entries} entries, unbroken\n`)
    const forged = join(place.folder, 'forged.jsonl')
    const text = readFileSync(log, 'utf8')
    const forgeries = [[text.replace('Zoë ☂', 'Eve'), 'was changed'], [`${text.split('\n').slice(0, -2).join('\n')}\n`, 'end is missing'], [text.split('\n').filter((_, i) => i !== 3).join('\n'), 'chain breaks']] as const
    for (const [other, words] of forgeries) {
      writeFileSync(forged, other)
      expect(python(forged)).toContain(words)
    }
    expect((await slipway(place, 'audit', 'verify', '--against', forged)).err).toContain('cannot be compared with the record: line 4 does not follow from the one before it')

    const first = await slipway(place, '--as', 'Ann', 'audit', 'verify', '--against', log)
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(first.out).toMatch(/^The record is unbroken: [\d,]+ entries since /)
    expect((await slipway(place, 'history')).out).toMatch(/Ann +audit\.verify +Verified the record: [\d,]+ entries, unbroken\./)

    const db = new Database(join(place.workspace, 'slipway.db'))
    const run = db.prepare('SELECT id FROM runs').pluck().get() as string
    db.exec("DROP TRIGGER run_metrics_no_update; UPDATE run_metrics SET value = 1 WHERE metric = 'accuracy'")
    db.close()
    const report = await slipwayJson(place, ['audit', 'verify'], 1) as AuditReport
    expect(report.findings.map((f) => f.sentence)).toEqual(['The database’s own trigger run_metrics_no_update was removed outside Slipway.', `The metrics of run ${run} of iris-logreg-tensor 1 were changed outside Slipway.`])
  })
}, 40_000)
