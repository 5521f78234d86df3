// What changed in how two versions are used: what is done to data before the model, and how its answers are read and decided.
// None of it breaks a caller; most of it changes what is answered. Compares stored bindings; where true answers come from does not count.
import type { Binding, Calibration, DecisionRule, ImagePreprocessing, InputBinding, MissingRule } from '../domain/binding.ts'
import type { DiffChange, DiffKind } from '../domain/model-diff.ts'
import { formatPlural, taskName } from '../format.ts'
import { change } from './change.ts'

const most = 12
const listed = (items: readonly string[]): string => (items.length > most ? `${items.slice(0, most).join(', ')}, … (${items.length})` : items.join(', ')) || 'none'
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

function line(kind: DiffKind, what: string, before: string, after: string, parts: { readonly possible?: boolean; readonly subject?: string | null } = {}): DiffChange {
  return change(kind, `${what}: ${before} → ${after}.`, { answersChange: parts.possible === true ? 'possible' : 'expected', subject: parts.subject ?? null, before, after })
}

const missingText = (rule: MissingRule): string => (typeof rule === 'string' ? { nan: 'not a number', empty: 'the empty text', drop: 'the row is left out' }[rule] : `filled with ${rule.fill}`)
const size = (i: ImagePreprocessing): string => `${i.width} × ${i.height} pixels`
const numbers = (values: readonly number[]): string => (values.length === 0 ? 'none' : values.join(', '))

const imageFacts: readonly (readonly [string, (i: ImagePreprocessing) => string])[] = [
  ['Size of the picture', size], ['How it is fitted', (i) => i.resize], ['Kernel of the resizing', (i) => i.kernel], ['Shorter side before the crop', (i) => (i.shorterSide === null ? 'exactly the size' : `${i.shorterSide} pixels`)],
  ['Value of the padding', (i) => String(i.padValue)], ['Colours', (i) => i.color], ['Layout', (i) => i.layout], ['Factor of the pixels', (i) => String(i.scale)], ['Mean that is subtracted', (i) => numbers(i.mean)], ['Deviation that divides', (i) => numbers(i.std)],
]

const kindText: Readonly<Record<InputBinding['kind'], string>> = { columns: 'several columns', column: 'one column', image: 'a picture', constant: 'a constant' }

function inputLines(a: InputBinding, b: InputBinding): DiffChange[] {
  const subject = b.input
  const at = `Input “${b.input}”`
  if (a.kind !== b.kind) return [line('preprocessing', `${at} is fed from`, kindText[a.kind], kindText[b.kind], { subject })]
  if (a.kind === 'image' && b.kind === 'image') return imageFacts.flatMap(([what, read]) => (read(a.image) === read(b.image) ? [] : [line('preprocessing', `${at}, ${what.charAt(0).toLowerCase()}${what.slice(1)}`, read(a.image), read(b.image), { subject })]))
  if (a.kind === 'constant' && b.kind === 'constant') return a.value === b.value ? [] : [line('preprocessing', `${at} is always`, String(a.value), String(b.value), { subject })]
  const columns = (i: InputBinding): readonly string[] => (i.kind === 'columns' ? i.columns : i.kind === 'column' ? [i.column] : [])
  const missing = (i: InputBinding): MissingRule => (i.kind === 'columns' || i.kind === 'column' ? i.missing : 'nan')
  const [x, y] = [columns(a), columns(b)]
  const reordered = x.length === y.length && [...x].sort().join('\n') === [...y].sort().join('\n')
  return [
    ...(same(x, y) ? [] : [line('columns', reordered ? `${at} takes the same columns in another order` : `${at} takes the columns`, listed(x), listed(y), { subject })]),
    ...(same(missing(a), missing(b)) ? [] : [line('missing-values', `${at}, a missing value is`, missingText(missing(a)), missingText(missing(b)), { subject })]),
  ]
}

function allInputs(left: Binding, right: Binding): DiffChange[] {
  const rest = right.inputs.filter((i) => !left.inputs.some((o) => o.input === i.input))
  let next = 0
  return left.inputs.flatMap((a) => {
    // An input of another name stands for the next one that is new.
    const b = right.inputs.find((i) => i.input === a.input) ?? rest[next++]
    return b === undefined ? [] : inputLines(a, b)
  })
}

function decisionText(rule: DecisionRule): string {
  switch (rule.kind) {
    case 'label-output': return 'by the label output'
    case 'argmax': return 'by the largest probability'
    case 'threshold': return `at the threshold ${rule.threshold}`
  }
}

function decisionLines(a: DecisionRule, b: DecisionRule): DiffChange[] {
  if (same(a, b)) return []
  if (a.kind === 'threshold' && b.kind === 'threshold') {
    const [low, high] = [Math.min(a.threshold, b.threshold), Math.max(a.threshold, b.threshold)]
    return [change('threshold', `The decision threshold is ${b.threshold} now; it was ${a.threshold}. Rows with a probability from ${low} to ${high} are decided otherwise.`, { answersChange: 'expected', before: String(a.threshold), after: String(b.threshold) })]
  }
  return [line('decision-rule', 'Answers are decided', decisionText(a), decisionText(b))]
}

function calibrationText(c: Calibration | undefined): string {
  if (c === undefined) return 'probabilities as the model gives them'
  return c.method === 'temperature' ? `temperature ${c.temperature}` : `isotonic with ${formatPlural(c.points.length, 'point')}`
}

const classesText = (b: Binding): string => listed(b.classes.map((c) => (c.label === c.output ? c.label : `${c.label} (${c.output})`)))

function classLines(left: Binding, right: Binding): DiffChange[] {
  if (same(left.classes, right.classes)) return []
  const labels = (b: Binding): string => b.classes.map((c) => c.label).sort().join('\n')
  return [line('classes', labels(left) === labels(right) ? 'The same classes stand in another order or are written otherwise by the model' : 'Classes', classesText(left), classesText(right))]
}

function roleLines(left: Binding, right: Binding): DiffChange[] {
  return right.outputs.flatMap((o) => {
    const was = left.outputs.find((p) => p.output === o.output)
    return was === undefined || was.role === o.role ? [] : [line('output-roles', `Output “${o.output}” is read as`, was.role.replaceAll('-', ' '), o.role.replaceAll('-', ' '), { subject: o.output })]
  })
}

function detectionLines(left: Binding, right: Binding): DiffChange[] {
  const text = (b: Binding): string => {
    const d = b.detection
    return d === undefined ? 'none' : `${d.order} in ${d.unit}, score from ${d.minimumScore}, ${d.suppression === null ? 'no suppression' : `suppression at IoU ${d.suppression.iou}${d.suppression.perClass ? ' in each class' : ''}`}, at most ${d.maximumBoxes} boxes`
  }
  return same(left.detection, right.detection) ? [] : [line('detection', 'Boxes are read as', text(left), text(right))]
}

/** Everything that differs between two bindings, in the order in which data goes through them. */
export function usageChanges(left: Binding, right: Binding): DiffChange[] {
  const calibration = (b: Binding): unknown => (b.calibration === undefined ? null : { ...b.calibration, fitted: null })
  return [
    ...(left.task === right.task ? [] : [line('task', 'Task', taskName(left.task), taskName(right.task))]),
    ...allInputs(left, right),
    ...(left.rows === right.rows ? [] : [line('row-policy', 'Damaged rows are treated', left.rows, right.rows, { possible: true })]),
    ...roleLines(left, right),
    ...classLines(left, right),
    ...(left.positiveClass === right.positiveClass ? [] : [line('positive-class', 'Positive class', left.positiveClass ?? 'none', right.positiveClass ?? 'none')]),
    ...(same(calibration(left), calibration(right)) ? [] : [line('calibration', 'Calibration', calibrationText(left.calibration), calibrationText(right.calibration))]),
    ...decisionLines(left.decision, right.decision),
    ...detectionLines(left, right),
  ]
}
