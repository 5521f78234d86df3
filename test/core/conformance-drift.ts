// Drift between two data sets of the fixtures, column by column and of the predictions: read by the engine, measured by shared/drift.
// Refuses to skip: a number of the reference that nothing maps to is a difference.
import { allRows, openDatabase, sqlPath, sqlText } from '../../main/core/datasets/duckdb.ts'
import { categoryDrift, numericDrift, type BinnedDrift, type CategoryDrift, type NumericDrift } from '../../shared/drift/column-drift.ts'
import { fixture } from '../setup/fixtures.ts'
import { json, type CaseFile, type Conformance } from './conformance-cases.ts'
import { answersOf } from './conformance-evaluations.ts'
import { openTally, type Allowed, type Tally } from './conformance-tally.ts'
import { quiet } from './evaluate-case.ts'
import { leaves, type Leaf } from './reference-walker.ts'

interface DriftFile { readonly reference: string; readonly current: string; readonly columns: Readonly<Record<string, { readonly kind: 'numeric' | 'categorical' }>> }
type Cells = readonly (string | null)[]
type Found<D> = (drift: D, path: readonly (string | number)[]) => Leaf | undefined

const exact: Allowed = 'exact'
const near: Allowed = { within: 1e-9 }
const chance: Allowed = { share: 1e-6 }
const bin = (own: (d: NumericDrift) => BinnedDrift): Readonly<Record<string, readonly [Found<NumericDrift>, Allowed]>> => ({
  inner_edges: [(d, p) => own(d).edges[Number(p.at(-1))], near], counts_reference: [(d, p) => own(d).reference[Number(p.at(-1))], exact], counts_current: [(d, p) => own(d).current[Number(p.at(-1))], exact],
  psi: [(d) => own(d).psi, near], js_distance: [(d) => own(d).jensenShannon, near], js_divergence: [(d) => own(d).jensenShannon ** 2, near],
})
const numeric: Readonly<Record<string, readonly [Found<NumericDrift>, Allowed]>> = {
  ...bin((d) => d.deciles), kind: [() => 'numeric', exact],
  n_reference: [(d) => d.reference.rows, exact], n_current: [(d) => d.current.rows, exact], missing_share_reference: [(d) => d.reference.missingShare, near], missing_share_current: [(d) => d.current.missingShare, near],
  ks_statistic: [(d) => d.kolmogorovSmirnov.statistic, near], ks_p: [(d) => d.kolmogorovSmirnov.p, chance], wasserstein: [(d) => d.wasserstein, near], wasserstein_scaled: [(d) => d.wassersteinScaled, near],
  mean_reference: [(d) => d.reference.mean, near], mean_current: [(d) => d.current.mean, near], std_reference: [(d) => d.reference.standardDeviation, near], std_current: [(d) => d.current.standardDeviation, near],
  median_reference: [(d) => d.reference.median, near], median_current: [(d) => d.current.median, near],
}
const widths = bin((d) => d.equalWidth)
const categorical: Readonly<Record<string, readonly [Found<CategoryDrift>, Allowed]>> = {
  kind: [() => 'categorical', exact], categories: [(d, p) => d.categories[Number(p.at(-1))], exact], counts_reference: [(d, p) => d.reference[Number(p.at(-1))], exact], counts_current: [(d, p) => d.current[Number(p.at(-1))], exact],
  psi: [(d) => d.psi, near], js_distance: [(d) => d.jensenShannon, near], js_divergence: [(d) => d.jensenShannon ** 2, near], total_variation: [(d) => d.totalVariation, near],
  chi2: [(d) => d.chiSquare.statistic, near], chi2_dof: [(d) => d.chiSquare.freedom, exact], chi2_p: [(d) => d.chiSquare.p, chance],
  new_categories: [(d, p) => d.appeared[Number(p.at(-1))], exact], lost_categories: [(d, p) => d.disappeared[Number(p.at(-1))], exact],
}

const countTexts = (cells: Cells): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const cell of cells) counts.set(cell ?? '', (counts.get(cell ?? '') ?? 0) + 1)
  return counts
}
const numbers = (cells: Cells): Float64Array => Float64Array.from(cells, (c) => (c === null || c === '' ? NaN : Number(c)))

async function columnCells(file: string, column: string): Promise<Cells> {
  const path = fixture(file)
  const db = await openDatabase([path])
  try {
    return (await allRows(db, `SELECT "${column}" FROM read_csv(${sqlPath(path)}, all_varchar = true, header = true, nullstr = ${sqlText('')})`, quiet.signal, file)).map(([cell]) => (cell === null || cell === undefined ? null : String(cell)))
  } finally { db.close() }
}

/** `prediction:MODEL`, `prediction:MODEL:label` or `prediction:MODEL:p(CLASS)`, from the engine's own run. */
async function predictionCells(lines: readonly Conformance[], folder: string, dataId: string, name: string): Promise<Cells> {
  const [, model, what = 'value'] = name.split(':')
  const one = lines.find((l) => l.case === folder && l.modelId === model && l.dataId === dataId)
  if (one === undefined) throw new Error(`no evaluation of ${model} on ${dataId}`)
  const { rows, scoreNames } = await answersOf(one)
  const place = scoreNames.indexOf(what.replace(/^p\((.*)\)$/, '$1'))
  return rows.map((r) => (place < 0 ? r.predicted : String(r.scores[place])))
}

/** Measures every column of a file of drift. `lines`: the evaluations whose predictions it may name. */
export async function checkDrift(lines: readonly Conformance[], folder: string, file: string): Promise<Tally> {
  const { reference, current, columns } = json<DriftFile>(file)
  const { datasets } = json<CaseFile>(`${folder}/case.json`)
  const idOf = (path: string): string => datasets.find((d) => d.file === path)?.id ?? path
  const tally = openTally()
  for (const [name, expected] of Object.entries(columns)) {
    const predicted = name.startsWith('prediction:')
    const [a, b] = await Promise.all([reference, current].map((data) => (predicted ? predictionCells(lines, folder, idOf(data), name) : columnCells(`${folder}/${data}`, name))))
    const drift = expected.kind === 'numeric' ? numericDrift(numbers(a!), numbers(b!)) : categoryDrift(countTexts(a!), countTexts(b!))
    for (const leaf of leaves(expected)) {
      const wide = leaf.path[0] === 'equal_width'
      const table = (wide ? widths : expected.kind === 'numeric' ? numeric : categorical) as Readonly<Record<string, readonly [Found<NumericDrift | CategoryDrift>, Allowed]>>
      const place = table[String(leaf.path[wide ? 1 : 0])]
      // The scores behind a prediction agree to 1e-6, and what is made of them in the same measure; a chance far out in a tail moves more than its statistic.
      tally.add(`${name}.${leaf.path.join('.')}`, leaf.expected, place?.[0](drift, leaf.path), place === undefined || place[1] === exact ? exact : predicted ? (place[1] === chance ? { share: 1e-4 } : { within: 1e-5 }) : place[1])
    }
  }
  return tally.found
}
