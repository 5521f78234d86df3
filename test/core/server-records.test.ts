// Records with column names over real HTTP: `/v1/predict` and SageMaker's `/invocations` answer what the references say, by the binding's
// own rules for missing values, decisions and recalibration; what cannot be answered is refused or told row by row.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { csvRecords } from '../../main/core/serve/csv-records.ts'
import type { PredictionEvent } from '../../main/core/serve/observer.ts'
import { nullObserver } from '../../main/core/serve/null-observer.ts'
import type { Binding } from '../../shared/domain/binding.ts'
import { fixture } from '../setup/fixtures.ts'
import { modelBundle, type ModelBundle } from '../setup/model-bundle.ts'
import { serveBundle, type Served } from '../setup/served-bundle.ts'
import { binding as irisBinding } from '../setup/small-bundle.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-records-'))
const numbers = ['age', 'education_num', 'capital_gain', 'capital_loss', 'hours_per_week']
const words = ['workclass', 'marital_status', 'occupation', 'relationship', 'race', 'sex', 'native_country']
const income: ModelBundle['binding'] = {
  task: 'binary-classification', classes: [{ label: '<=50K', output: '<=50K' }, { label: '>50K', output: '>50K' }], positiveClass: '>50K', decision: { kind: 'threshold', threshold: 0.3 },
  inputs: [
    ...numbers.map((column): Binding['inputs'][number] => ({ kind: 'column', input: column, dtype: 'float32', column, missing: 'nan' })),
    ...words.map((column): Binding['inputs'][number] => ({ kind: 'column', input: column, dtype: 'string', column, missing: 'empty' })),
  ],
  outputs: [{ output: 'label', role: 'label' }, { output: 'probabilities', role: 'probabilities' }],
}
const events: PredictionEvent[] = []
let served: Served
let strict: Served
let cold: Served

beforeAll(async () => {
  const model = fixture('adult-income/models/income-v1-logreg.onnx')
  const [root, strictRoot, coldRoot] = await Promise.all([
    modelBundle(folder, 'income', { model, binding: income }),
    modelBundle(folder, 'strict', { model, binding: { ...income, rows: 'strict' } }),
    modelBundle(folder, 'iris', { model: fixture('iris/models/iris-logreg-tensor.onnx'), binding: { ...irisBinding, calibration: { method: 'temperature', temperature: 2, fitted: { runId: 'run', dataset: 'iris', rows: 150 } } } }),
  ])
  ;[served, strict, cold] = await Promise.all([serveBundle(root, [], () => Promise.resolve([{ ...nullObserver, observe: (event) => { events.push(event) } }])), serveBundle(strictRoot), serveBundle(coldRoot)])
})
afterAll(async () => {
  await Promise.all([served, strict, cold].map((one) => one.server.close()))
  rmSync(folder, { recursive: true, force: true })
})

const csv = readFileSync(fixture('adult-income/data/test.csv'), 'utf8')
const head = csv.split('\n')[0]!.split(',')
const reference = JSON.parse(readFileSync(fixture('adult-income/predictions/v1.test.json'), 'utf8')) as { outputs: { probabilities: { data: number[] } } }
const first = (rows: number): Record<string, unknown>[] => csvRecords(csv.split('\n').slice(0, rows + 1).join('\n'), ['age']).map((record) => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, numbers.includes(name) && value !== null ? Number(value) : value])))

interface Row { readonly label?: string; readonly probability?: number; readonly probabilities?: Record<string, number>; readonly error?: string }
const rowsOf = (answer: { readonly body: Record<string, unknown> }): Row[] => answer.body['predictions'] as Row[]

function expectReference(rows: readonly Row[]): void {
  rows.forEach((row, r) => {
    const [no, yes] = reference.outputs.probabilities.data.slice(2 * r, 2 * r + 2) as [number, number]
    expect(Math.abs(row.probabilities!['>50K']! - yes)).toBeLessThan(1e-5)
    expect(row.label).toBe(yes >= 0.3 ? '>50K' : '<=50K')
    expect(row.probability).toBeCloseTo(yes >= 0.3 ? yes : no, 5)
  })
}

test('records in JSON: the reference’s probabilities, the threshold’s decision, numbers also as text, other columns passed over', async () => {
  const records = first(500)
  const answer = await served.ask('POST', '/v1/predict', JSON.stringify({ id: 'req-7', records }))
  expect(answer.body).toMatchObject({ model_name: 'income', model_version: '3', request_id: 'req-7' })
  expect(rowsOf(answer)).toHaveLength(500)
  expectReference(rowsOf(answer))
  const asText = await served.ask('POST', '/v1/predict', JSON.stringify(records.map((record) => ({ ...record, age: String(record['age']) }))))
  expect(rowsOf(asText)).toEqual(rowsOf(answer))
  expect(events.at(-1)).toMatchObject({ outcome: 'ok', rows: 500, status: 200 })
  expect(events.at(-1)!.inputs.map((t) => [t.name, t.data.length])).toEqual([...numbers, ...words].map((name) => [name, 500]).sort((a, b) => events.at(-1)!.inputs.findIndex((t) => t.name === a[0]) - events.at(-1)!.inputs.findIndex((t) => t.name === b[0])))
  expect(events.at(-1)!.outputs.find((t) => t.name === 'probabilities')?.shape).toEqual([500, 2])
})

test('SageMaker’s routes: CSV with and without names, records, tensors; /ping', async () => {
  const lines = csv.split('\n').slice(0, 201).join('\n')
  const named = await served.ask('POST', '/invocations', lines, { 'content-type': 'text/csv; charset=utf-8' })
  expectReference(rowsOf(named))
  const order = [...numbers, ...words]
  const bare = csvRecords(lines, ['age']).map((record) => order.map((name) => record[name] ?? '').join(',')).join('\r\n')
  expect(rowsOf(await served.ask('POST', '/invocations', bare, { 'content-type': 'text/csv' }))).toEqual(rowsOf(named))
  const asCsv = await served.ask('POST', '/invocations', lines, { 'content-type': 'text/csv', accept: 'text/csv' })
  expect(asCsv.bytes.toString().trimEnd().split('\n').map((line) => line.split(',')[0])).toEqual(rowsOf(named).map((row) => row.label))
  expect(rowsOf(await served.ask('POST', '/invocations', JSON.stringify({ instances: first(3) })))).toEqual(rowsOf(named).slice(0, 3).map((row) => expect.objectContaining({ label: row.label }) as unknown))
  const tensors = order.map((name) => ({ name, datatype: numbers.includes(name) ? 'FP32' : 'BYTES', shape: [1, 1], data: [first(1)[0]![name] ?? ''] }))
  expect((await served.ask('POST', '/invocations', JSON.stringify({ inputs: tensors }))).body.outputs!.find((o) => o.name === 'probabilities')!.data[1]).toBeCloseTo(reference.outputs.probabilities.data[1]!, 5)
  expect([(await served.ask('GET', '/ping')).status, head.includes('age')]).toEqual([200, true])
})

test('missing values follow the binding: replaced and told, or the row is left out and told', async () => {
  const [one, two] = first(2) as [Record<string, unknown>, Record<string, unknown>]
  const records = [one, { ...two, age: null, sex: null, hours_per_week: 'many' }]
  const lenient = await served.ask('POST', '/v1/predict', JSON.stringify({ records }))
  expect(lenient.body['replaced']).toEqual(expect.arrayContaining([{ column: 'age', reason: 'missing number', count: 1 }, { column: 'sex', reason: 'missing category', count: 1 }, { column: 'hours_per_week', reason: 'not a number', count: 1 }]))
  const left = await strict.ask('POST', '/v1/predict', JSON.stringify({ records }))
  expect(rowsOf(left)).toEqual([expect.objectContaining({ label: '<=50K' }), { error: expect.stringMatching(/number in “(age|hours_per_week)”/) as string }])
  const none = await strict.ask('POST', '/v1/predict', JSON.stringify({ records: [records[1]] }))
  expect([none.status, none.body.error]).toEqual([400, expect.stringMatching(/record 1 cannot be answered: missing number in “age”/)])
  const unknown = await strict.ask('POST', '/v1/predict', JSON.stringify({ records: [one, { ...two, sex: 'Unheard' }] }))
  expect(rowsOf(unknown)[1]).toEqual({ error: expect.stringMatching(/unknown category/) as string })
})

test('the recalibration of the binding is in the answer', async () => {
  const record = { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 }
  const raw = (await cold.ask('POST', '/v2/models/iris/infer', JSON.stringify({ inputs: [{ name: 'float_input', shape: [1, 4], datatype: 'FP32', data: Object.values(record) }] }))).body.outputs!.find((o) => o.name === 'probabilities')!.data as number[]
  // Temperature 2 by hand: square roots, divided by their sum.
  const roots = raw.map(Math.sqrt)
  const [row] = rowsOf(await cold.ask('POST', '/v1/predict', JSON.stringify(record)))
  Object.values(row!.probabilities!).forEach((p, i) => { expect(p).toBeCloseTo(roots[i]! / roots.reduce((a, b) => a + b), 9) })
})

test.each([
  ['no records', '{"records": []}', /must hold records/], ['a number', '5', /must hold records/], ['a list of numbers', '[1]', /record 1 is no map/],
  ['a column less', JSON.stringify([{ ...first(1)[0], age: undefined, aeg: 5 }]), /record 1 lacks the column “age”.*aeg.*write null/s], ['a list in a cell', JSON.stringify([{ ...first(1)[0], age: [1] }]), /no value in the column “age”/],
])('%s is refused in words', async (_, body, words) => {
  const answer = await served.ask('POST', '/v1/predict', body)
  expect([answer.status, answer.body.error]).toEqual([400, expect.stringMatching(words)])
})

test('too many records, ragged CSV, a quote out of place', async () => {
  expect((await served.ask('POST', '/v1/predict', JSON.stringify({ records: Array.from({ length: 4097 }, () => first(1)[0]) }))).status).toBe(413)
  for (const [body, words] of [['1,2\n', /row 1 of the CSV has 2 cells, where 12 belong/], ['a"b\n', /quote/], ['', /no line/], ['age,sex\n', /no row/]] as const) {
    const answer = await served.ask('POST', '/invocations', body, { 'content-type': 'text/csv' })
    expect([answer.status, answer.body.error]).toEqual([400, expect.stringMatching(words)])
  }
  expect(csvRecords('a,b\n"x ""y"", z",\r\n1,2', ['a', 'b'])).toEqual([{ a: 'x "y", z', b: null }, { a: '1', b: '2' }])
})
