// Logs of KServe's logger, made exactly as its formats say: the logger's own records, CloudEvents in both modes, CSV and Parquet tables.
// Calls hold real iris rows and the answers that another runtime's files of predictions give. Owns no expectations.
import { readFileSync, writeFileSync } from 'node:fs'
import { createParquetFile } from '../../main/core/datasets/parquet-file.ts'
import { fixture } from './fixtures.ts'

export interface Call { readonly id: string; readonly rows: readonly number[]; readonly at: number; readonly latencyMs: number }
export interface Predictions { readonly inputs: readonly (readonly number[])[]; readonly labels: readonly number[]; readonly probabilities: readonly (readonly number[])[] }

/** The rows of iris and what scikit-learn's logistic regression answers, from the fixtures. */
export function irisAnswers(): Predictions {
  const inputs = readFileSync(fixture('iris/data/iris.csv'), 'utf8').trim().split('\n').slice(1).map((line) => line.trim().split(',').slice(0, 4).map(Number))
  const { outputs } = JSON.parse(readFileSync(fixture('iris/predictions/logreg-tensor.iris.json'), 'utf8')) as { outputs: { label: { data: number[] }; probabilities: { data: number[] } } }
  return { inputs, labels: outputs.label.data, probabilities: inputs.map((_, i) => outputs.probabilities.data.slice(i * 3, i * 3 + 3)) }
}

/** Calls of one to three rows. */
export const makeCalls = (count: number, from = Date.UTC(2026, 2, 1, 12)): readonly Call[] =>
  Array.from({ length: count }, (_, i) => ({ id: `8f14e45f-0000-4000-8000-${i.toString(16).padStart(12, '0')}`, rows: Array.from({ length: 1 + (i % 3) }, (_r, r) => (i * 7 + r * 11) % 150), at: from + i * 1000, latencyMs: 5 + (i % 10) }))

export function requestBody({ rows }: Call, { inputs }: Predictions): unknown {
  // Flat and nested data are both allowed.
  const data = rows.map((r) => inputs[r]!)
  return { id: 'x', inputs: [{ name: 'float_input', shape: [rows.length, 4], datatype: 'FP32', data: rows.length % 2 === 0 ? data : data.flat() }] }
}

export function responseBody({ rows }: Call, { labels, probabilities }: Predictions): unknown {
  return { model_name: 'iris', model_version: '1', outputs: [
    { name: 'label', shape: [rows.length], datatype: 'INT64', data: rows.map((r) => labels[r]!) }, { name: 'probabilities', shape: [rows.length, 3], datatype: 'FP32', data: rows.flatMap((r) => probabilities[r]!) },
  ] }
}

export type Half = 'request' | 'response'

/** The logger's own record: keys as Go writes them, addresses as objects, the payload in base64. `occurrenceTime` is in JSON alone. */
export function storedRecord(call: Call, half: Half, of: Predictions, payload?: string): Record<string, unknown> {
  const url = { Scheme: 'http', Opaque: '', User: null, Host: 'collector.logs:8080', Path: '/', RawPath: '', ForceQuery: false, RawQuery: '', Fragment: '', RawFragment: '' }
  const body = payload ?? JSON.stringify(half === 'request' ? requestBody(call, of) : responseBody(call, of))
  return {
    url, bytes: Buffer.from(body).toString('base64'), contentType: 'application/json', reqType: half, id: call.id, sourceUri: { ...url, Host: 'localhost:9081' }, inferenceService: 'iris', namespace: 'default', component: 'predictor',
    endpoint: '', metadata: {}, annotations: {}, certName: '', tlsSkipVerify: false, occurrenceTime: new Date(call.at + (half === 'response' ? call.latencyMs : 0)).toISOString(),
  }
}

/** A structured CloudEvent. */
export const structuredEvent = (call: Call, half: Half, of: Predictions): unknown => ({
  specversion: '1.0', id: call.id, type: `org.kubeflow.serving.inference.${half}`, source: 'http://localhost:9081/', time: new Date(call.at + (half === 'response' ? call.latencyMs : 0)).toISOString(), datacontenttype: 'application/json',
  inferenceservicename: 'iris', namespace: 'default', component: 'predictor', endpoint: 'canary', data: half === 'request' ? requestBody(call, of) : responseBody(call, of),
})

/** A binary CloudEvent as collectors store it: headers beside the body. */
export const binaryEvent = (call: Call, half: Half, of: Predictions): unknown => ({
  headers: { 'Ce-Id': call.id, 'Ce-Specversion': '1.0', 'Ce-Type': `org.kubeflow.serving.inference.${half}`, 'Ce-Time': new Date(call.at + (half === 'response' ? call.latencyMs : 0)).toISOString(), 'Ce-Inferenceservicename': 'iris', 'Content-Type': 'application/json' },
  body: JSON.stringify(half === 'request' ? requestBody(call, of) : responseBody(call, of)),
})

const columns = ['url', 'bytes', 'contentType', 'reqType', 'id', 'sourceUri', 'inferenceService', 'namespace', 'component', 'endpoint', 'metadata', 'annotations', 'certName', 'tlsSkipVerify'] as const
const cell = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))
const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** The CSV marshaller's table: fourteen columns, no time. A text stands for a line as it is. */
export function writeCsv(path: string, records: readonly (Record<string, unknown> | string)[]): void {
  writeFileSync(path, `${[columns.join(','), ...records.map((r) => (typeof r === 'string' ? r : columns.map((c) => quoted(cell(r[c]))).join(',')))].join('\n')}\n`)
}

/** The Parquet marshaller's table. */
export async function writeParquet(path: string, records: readonly Record<string, unknown>[]): Promise<void> {
  const file = await createParquetFile(path, columns.map((name) => ({ name, kind: 'text' })))
  await file.group(columns.map((c) => ({ kind: 'text', values: records.map((r) => cell(r[c])) })), records.length)
  await file.finish({})
}
