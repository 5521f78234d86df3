// Which outputs of a model hold boxes: boxes, scores and labels of their own, or one raw grid, by shapes, types, names and a probe run.
// Owns the roles; says nothing of the order of the numbers or of classes.
import { isFloating, isInteger } from '../../../shared/binding/shapes.ts'
import type { DetectionSettings, Guess, OutputRole } from '../../../shared/domain/binding.ts'
import type { Signature, ValueSpec } from '../../../shared/domain/model.ts'
import { dimsOf } from './propose-masks.ts'
import type { Probe } from './propose-outputs.ts'

export interface BoxRole { readonly spec: ValueSpec; readonly role: OutputRole; readonly confidence: Guess['confidence']; readonly reason: string }

export interface BoxLayout {
  readonly roles: readonly BoxRole[]
  /** Only for a raw grid: how it lies, and the classes it has scores for. */
  readonly grid: Pick<DetectionSettings, 'cells' | 'objectness'> & { readonly classes: number } | null
}

const boxName = /box|bbox|rect|loc/i
const scoreName = /score|conf|prob/i
const labelName = /label|class|categor|cls/i
const countName = /num|count|valid/i

interface Seen { readonly spec: ValueSpec; readonly dims: readonly number[]; readonly whole: boolean }

const lastAxis = (dims: readonly number[]): number => dims[dims.length - 1] ?? 0
/** One value a box: `[rows, boxes]` or `[rows, boxes, 1]`. */
const eachBox = ({ dims }: Seen, boxes: number): boolean => (dims.length === 2 || (dims.length === 3 && dims[2] === 1)) && (boxes === 0 || dims[1] === 0 || dims[1] === boxes)

function best(from: readonly Seen[], named: RegExp): Seen | undefined {
  return from.find((s) => named.test(s.spec.name)) ?? from[0]
}

function decodedLayout(seen: readonly Seen[]): BoxLayout | null {
  const boxes = best(seen.filter((s) => isFloating(s.spec.dtype) && s.dims.length === 3 && lastAxis(s.dims) === 4), boxName)
  if (boxes === undefined) return null
  const most = boxes.dims[1] ?? 0
  const rest = seen.filter((s) => s !== boxes && eachBox(s, most))
  const labels = best(rest.filter((s) => isInteger(s.spec.dtype) || s.spec.dtype === 'string' || (s.whole && labelName.test(s.spec.name))), labelName)
  const scores = best(rest.filter((s) => s !== labels && isFloating(s.spec.dtype) && !countName.test(s.spec.name)), scoreName)
  if (scores === undefined) return null
  const count = seen.find((s) => s !== boxes && s !== scores && s !== labels && countName.test(s.spec.name) && (s.dims.length === 1 || (s.dims.length === 2 && s.dims[1] === 1)))
  const told = (s: Seen | undefined, role: OutputRole, named: RegExp, what: string): BoxRole[] => (s === undefined ? [] : [{ spec: s.spec, role, confidence: named.test(s.spec.name) ? 'certain' : 'likely', reason: `It is ${s.spec.text}: ${what}.` }])
  return {
    grid: null,
    roles: [
      ...told(boxes, 'boxes', boxName, 'four numbers a box'), ...told(scores, 'box-scores', scoreName, 'one number a box, how sure the model is of it'),
      ...told(labels, 'box-labels', labelName, 'one value a box, its class'), ...told(count, 'box-count', countName, 'one number a picture, how many of the boxes count'),
    ],
  }
}

/** Which axis holds the numbers of a box, given how many classes are known: four, perhaps an objectness, and a score for each class. */
function gridOf(dims: readonly number[], wanted: readonly number[]): BoxLayout['grid'] {
  const [, second = 0, third = 0] = dims
  for (const classes of wanted) {
    for (const head of [4, 5]) {
      if (second === head + classes && third > second) return { cells: 'last', objectness: head === 5, classes }
      if (third === head + classes && second > third) return { cells: 'middle', objectness: head === 5, classes }
    }
  }
  // Without a known number of classes: the newer form has boxes in columns and no objectness, the older one boxes in rows and one.
  if (second >= 5 && third > 4 * second) return { cells: 'last', objectness: false, classes: second - 4 }
  return third >= 6 && second > 4 * third ? { cells: 'middle', objectness: true, classes: third - 5 } : null
}

function gridLayout(seen: readonly Seen[], wanted: readonly number[]): BoxLayout | null {
  for (const { spec, dims } of seen) {
    const grid = isFloating(spec.dtype) && dims.length === 3 ? gridOf(dims, wanted) : null
    if (grid === null) continue
    const known = wanted.includes(grid.classes)
    const numbers = `four numbers, ${grid.objectness ? 'an objectness and ' : ''}${grid.classes} class scores`
    return { grid, roles: [{ spec, role: 'yolo', confidence: known ? 'likely' : 'guess', reason: `It is ${spec.text}: ${numbers} for each of its ${grid.cells === 'last' ? dims[2] : dims[1]} cells, as YOLO models give before suppression.` }] }
  }
  return null
}

/** The outputs with boxes; null where none has. `wanted`: numbers of classes that the model or the data name. */
export function boxLayout(signature: Signature, probe: Probe | null, wanted: readonly number[]): BoxLayout | null {
  const seen = signature.outputs.filter((o) => o.kind === 'tensor').map((spec): Seen => {
    const values = probe?.outputs.get(spec.name)?.values ?? null
    return { spec, dims: dimsOf(spec, probe), whole: values !== null && values.length > 0 && values.every(Number.isInteger) }
  })
  return decodedLayout(seen) ?? gridLayout(seen, wanted)
}
