// What the fixtures hold beside the metrics of a whole data set: comparisons and slices. A line of the table each.
import { cases, json, type CaseFile, type Conformance } from './conformance-cases.ts'
import { checkComparison } from './conformance-compare.ts'
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

export const extras: readonly Extra[] = [...comparisons, ...slices]
