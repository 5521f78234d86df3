// What the fixtures hold beside the metrics of a whole data set: comparisons, slices, curves, labels by argmax, predictions and drift. A line of the table each.
import { readdirSync } from 'node:fs'
import { fixture } from '../setup/fixtures.ts'
import { cases, json, type CaseFile, type Conformance } from './conformance-cases.ts'
import { checkComparison } from './conformance-compare.ts'
import { checkArgmax, checkCurves } from './conformance-curves.ts'
import { checkDrift } from './conformance-drift.ts'
import { checkPredictions, predictionTolerance } from './conformance-predictions.ts'
import { checkSlices } from './conformance-slices.ts'
import type { Tally } from './conformance-tally.ts'

export interface Extra {
  readonly case: string; readonly modelId: string; readonly dataId: string; readonly what: string; readonly name: string; readonly tolerance: number
  check(): Promise<Tally>
}

const extra = (folder: string, modelId: string, dataId: string, what: string, tolerance: number, check: Extra['check']): Extra => ({ case: folder, modelId, dataId, what, name: `${folder} ${modelId} on ${dataId}: ${what}`, tolerance, check })

/** The line of the table for a model and its data; a reference without one is an error. */
function lineOf(folder: string, modelId: string | undefined, dataId: string): Conformance {
  const found = cases.find((c) => c.case === folder && c.modelId === modelId && c.dataId === dataId)
  if (found === undefined) throw new Error(`no evaluation of ${modelId} on ${dataId} in ${folder}`)
  return found
}

const folders = [...new Set(cases.map((c) => c.case))]

const comparisons = folders.flatMap((folder) => json<CaseFile>(`${folder}/case.json`).references.filter((r) => r.kind === 'comparison').map((r) => {
  const data = `${r.dataset}${r.policy == null ? '' : ` ${r.policy}`}`
  return extra(folder, `${r.first} and ${r.second}`, data, 'comparison', /^(diabetes|abalone)$/.test(folder) ? 1e-4 : 1e-6, () => checkComparison(lineOf(folder, r.first, data), lineOf(folder, r.second, data), `${folder}/${r.file}`))
}))

const slices = cases.filter((one) => json<{ slices?: unknown }>(one.reference).slices !== undefined).map((one) => extra(one.case, one.modelId, one.dataId, 'slices', one.tolerance, () => checkSlices(one)))

const curves = folders.flatMap((folder) => json<CaseFile>(`${folder}/case.json`).references.filter((r) => r.kind === 'curves').map((r) => extra(folder, String(r.model), r.dataset, 'curves', 1e-6, () => checkCurves(lineOf(folder, r.model, r.dataset), `${folder}/${r.file}`))))

const argmax = cases.filter((one) => json<{ metrics_with_argmax_labels?: unknown }>(one.reference).metrics_with_argmax_labels !== undefined).map((one) => extra(one.case, one.modelId, one.dataId, 'by argmax', one.tolerance, () => checkArgmax(one)))

const predictions = cases.filter((one) => one.predictions !== null).map((one) => extra(one.case, one.modelId, one.dataId, 'predictions', predictionTolerance(one), () => checkPredictions(one)))

const drifts = folders.flatMap((folder) => json<CaseFile>(`${folder}/case.json`).references.flatMap((r) => r.kind === 'drift' ? [extra(folder, 'columns', String(r.current), 'drift', 1e-5, () => checkDrift(cases, folder, `${folder}/${r.file}`))] : []))

export const extras: readonly Extra[] = [...comparisons, ...slices, ...curves, ...argmax, ...predictions, ...drifts]

/** Every file with references that some line of the table reads. */
export const claimed: ReadonlySet<string> = new Set([
  ...cases.flatMap((c) => [c.reference, ...(c.predictions === null ? [] : [c.predictions])]),
  ...folders.flatMap((folder) => json<CaseFile>(`${folder}/case.json`).references.filter((r) => ['comparison', 'curves', 'drift'].includes(r.kind)).map((r) => `${folder}/${r.file}`)),
])

/** Every file with references in the fixtures of these cases. */
export const present: readonly string[] = folders.flatMap((folder) => ['reference', 'predictions'].flatMap((kind) => readdirSync(fixture(`${folder}/${kind}`)).map((file) => `${folder}/${kind}/${file}`)))
