// run.rows and run.neighbours through the real engine, against pandas and numpy (test/fixtures-facts/make-baseline-facts.py), and on a file with broken records.
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { describeNear } from '../../main/cli/neighbours.ts'
import { rowCondition } from '../../main/cli/rows.ts'
import type { RowFilter, RowOrder } from '../../shared/domain/run-rows.ts'
import { fixture } from '../setup/fixtures.ts'
import { inWorkspace } from '../setup/open-workspace.ts'

interface Near { readonly record: number, readonly candidates: number, readonly rows: number[], readonly distances: number[] }
interface Facts {
  readonly near: { readonly adult: Near, readonly diabetes: Near }
  readonly browse: { readonly wrong_old_women: number[], readonly false_negatives: number, readonly surely_wrong: number, readonly contains_gov: number, readonly missing_occupation: number, readonly oldest: number[] }
}
const facts = JSON.parse(readFileSync(resolve(import.meta.dirname, '../fixtures-facts/baseline-facts.json'), 'utf8')) as Facts

test('rows by kind, score, cell, text and order, and the nearest right ones', { timeout: 120_000 }, async () => {
  await inWorkspace(async ({ folder, importModel, addData, evaluate, client }) => {
    const version = await importModel(fixture('adult-income/models/income-v1-logreg.onnx'), 'income')
    const runId = await evaluate(version, await addData(fixture('adult-income/data/test.csv')), 'income')
    const ask = (filter: Partial<RowFilter>, order?: RowOrder, of = runId) => client.call('run.rows', { runId: of, limit: 1000, filter, ...(order === undefined ? {} : { order }) })
    const { browse, near } = facts
    const women = await ask({ kind: 'wrong', cells: [{ kind: 'is', column: 'sex', value: 'Female' }, { kind: 'between', column: 'age', from: 60, to: null }] }, { by: 'record', of: 'answer', descending: false })
    expect(women.rows.map((r) => r.record)).toEqual(browse.wrong_old_women)
    expect(women.rows.every((r) => r.correct === false)).toBe(true)
    expect((await ask({ kind: 'false-negative' })).total).toBe(browse.false_negatives)
    expect((await ask({ kind: 'surely-wrong' })).total).toBe(browse.surely_wrong)
    expect((await ask({ kind: 'wrong', score: { by: 'confidence', from: 0.9, to: null } })).total).toBe(browse.surely_wrong)
    expect((await ask({ cells: [{ kind: 'contains', column: 'workclass', value: 'GOV' }] })).total).toBe(browse.contains_gov)
    expect((await ask({ cells: [{ kind: 'missing', column: 'occupation' }] })).total).toBe(browse.missing_occupation)
    expect((await ask({ text: 'te00007' })).rows.map((r) => r.record)).toEqual([7])
    expect((await ask({}, { by: 'age', of: 'column', descending: true })).rows.slice(0, 5).map((r) => r.record)).toEqual(browse.oldest)
    // A percent sign is no pattern, and a quote ends nothing.
    expect((await ask({ text: '%' })).total).toBe(0)
    expect((await ask({ text: `'); DROP TABLE x; --` })).total).toBe(0)
    await expect(ask({ kind: 'too-high' })).rejects.toMatchObject({ code: 'input.invalid' })
    await expect(ask({ cells: [{ kind: 'is', column: 'no', value: '' }] })).rejects.toMatchObject({ code: 'input.invalid', message: expect.stringContaining('“no”') as string })

    const found = await client.call('run.neighbours', { runId, record: near.adult.record })
    expect(found.candidates).toBe(near.adult.candidates)
    expect(found.rows.map((r) => r.distance)).toEqual(near.adult.distances.map((d) => expect.closeTo(d, 9)))
    expect(found.rows.map((r) => r.record)).toEqual(near.adult.rows)
    expect(found.rows.every((r) => r.prediction.correct === true)).toBe(true)
    expect(describeNear(found)).toMatch(new RegExp(`record ${near.adult.rows[0]}`))
    await expect(client.call('run.neighbours', { runId, record: 4001 })).rejects.toMatchObject({ code: 'input.invalid' })

    // Records behind one with too many fields keep their own numbers.
    const lines = readFileSync(fixture('adult-income/data/test.csv'), 'utf8').trim().split(/\r?\n/)
    const path = join(folder, 'broken.csv')
    writeFileSync(path, `${[...lines.slice(0, 4), `${lines[4]!},x,y,z`, ...lines.slice(5, 41)].join('\n')}\n`)
    const broken = await evaluate(version, await addData(path), 'income')
    expect((await ask({ text: 'te00010' }, undefined, broken)).rows).toMatchObject([{ record: 10 }])
    const alike = await client.call('run.neighbours', { runId: broken, record: 10, count: 1 })
    expect(alike.cells[alike.columns.indexOf('age')]).toBe(lines[10]!.split(',')[1])

    // Of numbers, the rows with the smallest errors are compared.
    const numbers = await evaluate(await importModel(fixture('diabetes/models/diabetes-v1-ridge.onnx'), 'diabetes'), await addData(fixture('diabetes/data/test.csv')), 'progression')
    const { diabetes } = facts.near
    const close = await client.call('run.neighbours', { runId: numbers, record: diabetes.record })
    expect(close.rows.map((r) => r.record)).toEqual(diabetes.rows)
    expect(close.rows.map((r) => r.distance)).toEqual(diabetes.distances.map((d) => expect.closeTo(d, 6)))
    const high = await client.call('run.rows', { runId: numbers, limit: 1000, filter: { kind: 'too-high' } })
    expect(high.rows.every((r) => Number(r.predicted) > Number(r.truth))).toBe(true)
  })
})

test('conditions as they are typed', () => {
  expect(['sex=Female', 'age>=30', 'age<=60.5', 'job~gov', 'job=', 'a=b=c'].map(rowCondition)).toEqual([
    { kind: 'is', column: 'sex', value: 'Female' }, { kind: 'between', column: 'age', from: 30, to: null }, { kind: 'between', column: 'age', from: null, to: 60.5 },
    { kind: 'contains', column: 'job', value: 'gov' }, { kind: 'missing', column: 'job' }, { kind: 'is', column: 'a', value: 'b=c' },
  ])
  for (const wrong of ['age', '=3', 'age>=', 'age>=old', 'job~']) expect(() => rowCondition(wrong), wrong).toThrow(expect.objectContaining({ code: 'input.invalid' }))
})
