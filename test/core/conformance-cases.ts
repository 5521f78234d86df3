// The table of everything that has a reference in the fixtures, and how one line of it is checked through the engine's own inference.
// Adding a case is a line in `cases`. Refuses to skip: a reference number without a counterpart is a difference.
import { readFileSync } from 'node:fs'
import type { Binding, Proposal } from '../../shared/domain/binding.ts'
import type { EvaluationResult } from '../../shared/domain/run.ts'
import { fixture } from '../setup/fixtures.ts'
import { evaluated } from './conformance-evaluations.ts'
import { pageOf } from './evaluate-case.ts'
import { difference, disagreement, leaves, producedLeaf } from './reference-walker.ts'

export interface CaseFile {
  readonly task: string
  readonly datasets: readonly { readonly id: string; readonly file: string; readonly target?: string | readonly string[]; readonly label_separator?: string }[]
  readonly models: readonly { readonly id: string; readonly file: string }[]
  readonly references: readonly { readonly kind: string; readonly model?: string; readonly first?: string; readonly second?: string; readonly dataset: string; /** of drift: the data set that is compared */ readonly current?: string; readonly predictions?: string | null; readonly file: string; readonly policy?: 'lenient' | 'strict' | null }[]
}

export interface Conformance {
  readonly case: string; readonly modelId: string; readonly dataId: string
  readonly name: string; readonly model: string; readonly data: string; readonly target: string | null; readonly reference: string; readonly predictions: string | null
  readonly policy: 'lenient' | 'strict' | null; readonly tolerance: number
}

export const json = <T>(path: string): T => JSON.parse(readFileSync(fixture(path), 'utf8')) as T
const evaluatedKinds: readonly string[] = ['classification', 'regression', 'multilabel', 'segmentation', 'detection']

interface Wish { readonly tolerance?: number; /** Data with the same rows, and so the same reference. */ readonly sameAs?: Readonly<Record<string, string>> }

function casesOf(folder: string, wish: Wish = {}): Conformance[] {
  const file = json<CaseFile>(`${folder}/case.json`)
  return file.references.flatMap((r) => {
    const model = file.models.find((m) => m.id === r.model)
    if (!evaluatedKinds.includes(r.kind) || model === undefined) return []
    return file.datasets.filter((d) => d.id === r.dataset || wish.sameAs?.[d.id] === r.dataset).map((data) => ({
      case: folder, modelId: model.id, dataId: `${data.id}${r.policy == null ? '' : ` ${r.policy}`}`, name: `${folder} ${model.id} on ${data.id}${r.policy == null ? '' : ` ${r.policy}`}`,
      model: `${folder}/${model.file}`, data: `${folder}/${data.file}`, target: typeof data.target === 'string' ? data.target : (data.target?.join(',') ?? null),
      reference: `${folder}/${r.file}`, predictions: r.predictions == null ? null : `${folder}/${r.predictions}`, policy: r.policy ?? null, tolerance: wish.tolerance ?? 1e-6,
    }))
  })
}

/** Every case, a line each. Tolerances are those of the fixtures' README: 1e-6 for tables, 1e-4 for pictures, counts exact. */
export const cases: readonly Conformance[] = [
  ...casesOf('iris'),
  ...casesOf('adult-income'),
  ...casesOf('diabetes', { sameAs: { 'test-semicolon': 'test', 'test-tsv': 'test', 'test-json': 'test', 'test-jsonl': 'test' } }),
  ...casesOf('abalone'),
  ...casesOf('mnist', { tolerance: 1e-4 }),
  ...casesOf('flags-multilabel', { sameAs: { 'test-one-column': 'test' } }),
  ...casesOf('digit-detection', { tolerance: 1e-4 }),
  ...casesOf('shapes-segmentation', { tolerance: 1e-4 }),
]

export interface Checked {
  readonly compared: number
  /** Largest difference of a number that is not exact by nature, relative above 1, and where. */
  readonly worst: number
  readonly at: string
  readonly wrong: readonly string[]
  readonly result: EvaluationResult
  readonly proposal: Proposal
}

/** Classes of pixels are paired by their place: neither the model nor the masks of the fixture name them. */
function byPlace(path: readonly (string | number)[], classes: readonly string[], binding: Binding): readonly (string | number)[] {
  const [head, name, ...rest] = path
  const place = head === 'iou' || head === 'dice' ? classes.indexOf(String(name)) : -1
  return place < 0 || head === undefined ? path : [head, binding.classes[place]?.label ?? 'none', ...rest]
}

/** Imports, proposes, evaluates and compares one line of the table, all through the real engine. */
export async function check(one: Conformance): Promise<Checked> {
  const { proposal, result, predictions } = await evaluated(one)
  const first = await pageOf(predictions, 0, 100)
  const { metrics, classes } = json<{ metrics: Record<string, unknown>; classes?: readonly string[] }>(one.reference)
  const all = leaves(metrics)
  let worst = 0
  let at = ''
  const wrong: string[] = []
  for (const leaf of all) {
    const got = leaf.path[0] === 'per_image_pixel_accuracy' ? first.rows[Number(leaf.path[1])]?.scores[first.scoreNames.indexOf('pixel accuracy')] : producedLeaf(result, proposal.binding, byPlace(leaf.path, classes ?? [], proposal.binding))
    const reason = disagreement(leaf, got, one.tolerance)
    if (reason !== null) wrong.push(reason)
    const apart = difference(leaf, got)
    if (apart > worst) { worst = apart; at = leaf.path.join('.') }
  }
  return { compared: all.length, worst, at, wrong, result, proposal }
}
