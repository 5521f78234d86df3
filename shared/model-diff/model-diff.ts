// Puts the whole difference of two versions together: all lines, the classes that hold, whether callers break and whether answers change.
// The classes and their precedence are those of the list in the domain; what each takes is written here and in docs/model-diff.md.
import type { Binding } from '../domain/binding.ts'
import type { SpeedReport } from '../domain/device-report.ts'
import { DiffClass, type AnswersChange, type DiffChange, type DiffGroup, type DiffKind, type DiffSide, type GraphDiff, type ModelDiff } from '../domain/model-diff.ts'
import type { Version } from '../domain/model.ts'
import { formatPlural } from '../format.ts'
import { strongest } from './change.ts'
import { factChanges, speedLine } from './fact-changes.ts'
import { interfaceChanges } from './interface-changes.ts'
import { layerChanges } from './layer-changes.ts'
import { usageChanges } from './usage-changes.ts'

/** Headline and the words in which a class follows another one. */
export const classWords: Readonly<Record<DiffClass, { readonly title: string; readonly also: string }>> = {
  'interface': { title: 'Callers break', also: 'callers break' },
  'zipmap-removed': { title: 'ZipMap removed', also: 'ZipMap removed' },
  'replaced': { title: 'Another model', also: 'another model' },
  'quantised': { title: 'Quantised', also: 'quantised' },
  'converted': { title: 'Number type converted', also: 'number type converted' },
  'restructured': { title: 'Restructured', also: 'restructured' },
  'retrained': { title: 'Retrained', also: 'retrained' },
  'partly-retrained': { title: 'Partly retrained', also: 'partly retrained' },
  'interface-compatible': { title: 'Interface extended', also: 'interface extended' },
  'preprocessing': { title: 'Other preprocessing', also: 'other preprocessing' },
  'decision': { title: 'Other decisions', also: 'other decisions' },
  'opset': { title: 'Other operator set or format', also: 'other operator set or format' },
  'stored-otherwise': { title: 'Stored otherwise', also: 'stored otherwise' },
  'reordered': { title: 'Reordered', also: 'reordered' },
  'renamed-only': { title: 'Renamed inside', also: 'renamed inside' },
  'metadata-only': { title: 'Metadata', also: 'other metadata' },
  'identical': { title: 'Identical', also: 'identical' },
}

const beforeModel: ReadonlySet<DiffKind> = new Set(['preprocessing', 'columns', 'missing-values', 'row-policy'])
const afterModel: ReadonlySet<DiffKind> = new Set(['task', 'output-roles', 'classes', 'positive-class', 'decision-rule', 'threshold', 'detection', 'calibration', 'class-labels'])
const metadata: ReadonlySet<DiffKind> = new Set(['producer', 'metadata', 'documentation', 'dimension-names'])

/** Whether a class holds. */
const holds: Readonly<Record<DiffClass, (changes: readonly DiffChange[], graph: GraphDiff) => boolean>> = {
  'interface': (c) => c.some((x) => x.breaking && x.kind !== 'zipmap-removed'),
  'zipmap-removed': (c) => c.some((x) => x.kind === 'zipmap-removed'),
  'replaced': (_, g) => g.weighted.same + g.weighted.changed === 0 && g.weighted.loneBefore > 0 && g.weighted.loneAfter > 0,
  'quantised': (_, g) => (g.counts.quantised ?? 0) > 0,
  'converted': (_, g) => (g.counts.converted ?? 0) > 0,
  'restructured': (_, g) => g.structure.changed > 0 || (g.counts.dequantised ?? 0) > 0,
  'retrained': (_, g) => (g.counts.retrained ?? 0) > 0 && g.weighted.same === 0,
  'partly-retrained': (_, g) => (g.counts.retrained ?? 0) > 0 && g.weighted.same > 0,
  'interface-compatible': (c) => c.some((x) => x.group === 'interface' && !x.breaking && x.kind !== 'zipmap-removed' && x.kind !== 'class-labels'),
  'preprocessing': (c) => c.some((x) => beforeModel.has(x.kind)),
  'decision': (c) => c.some((x) => afterModel.has(x.kind)),
  'opset': (c) => c.some((x) => x.kind === 'opset' || x.kind === 'ir-version' || x.kind === 'input-defaults'),
  'stored-otherwise': (_, g) => (g.counts.stored ?? 0) > 0,
  'reordered': (_, g) => (g.counts.moved ?? 0) > 0,
  'renamed-only': (_, g) => (g.counts.renamed ?? 0) > 0,
  'metadata-only': (c) => c.some((x) => metadata.has(x.kind)),
  'identical': (c, g) => c.every((x) => x.group === 'facts') && (g.counts.same ?? 0) === g.before && g.before === g.after,
}

const answersWords: Readonly<Record<AnswersChange, string>> = {
  none: 'The same request gets the same numbers.', possible: 'The same request may get other numbers.', expected: 'The same request gets other answers.',
}
const answersOfBroken: Readonly<Record<AnswersChange, string>> = {
  none: 'Where an old request is still taken, it gets the same numbers.', possible: 'Where an old request is still taken, it may get other numbers.', expected: 'Answers change too.',
}

/** What a reader must know first: the class, callers, answers. */
function headline(kind: DiffClass, changes: readonly DiffChange[], breaking: boolean, answers: AnswersChange): string {
  if (kind === 'identical') return 'Nothing that is read from either file differs.'
  const breaks = changes.filter((c) => c.breaking).length
  const callers = breaking ? `Callers of the first break on the second: ${formatPlural(breaks, 'change')} of inputs and outputs ${breaks === 1 ? 'is' : 'are'} breaking.` : 'Callers of the first can call the second as they do.'
  return `${callers} ${(breaking ? answersOfBroken : answersWords)[answers]}`
}

const groupOrder: readonly DiffGroup[] = ['interface', 'layers', 'weights', 'usage', 'format', 'facts']

export interface DiffedSide { readonly version: Version; /** null: none is stored */ readonly binding: Binding | null; readonly speed: readonly SpeedReport[]; /** A file that is no version of the registry; its name stands for the model's. */ readonly file?: true }

function notCompared(left: DiffedSide, right: DiffedSide, graph: GraphDiff, speed: readonly DiffChange[] | string): string[] {
  const usage = left.binding !== null && right.binding !== null ? [] : [
    left.binding === null && right.binding === null ? 'Threshold, preprocessing and class order: neither version has a stored binding.' : `Threshold, preprocessing and class order: only the ${left.binding === null ? 'second' : 'first'} version has a stored binding.`,
  ]
  return [...graph.notCompared, ...usage, ...(typeof speed === 'string' ? [speed] : [])]
}

const sideOf = ({ version: v, file }: DiffedSide): DiffSide => ({ versionId: file === true ? null : v.id, name: v.modelName, number: file === true ? null : v.number, sourceName: v.sourceName, sha256: v.sha256, bytes: v.files.reduce((n, f) => n + f.bytes, 0), parameters: v.graph.parameterCount })

/** The whole difference, from what is stored of both versions and what the engine read in their files. */
export function modelDiff(left: DiffedSide, right: DiffedSide, graph: GraphDiff): ModelDiff {
  const speed = speedLine(left.speed, right.speed)
  const changes = [
    ...interfaceChanges(left.version, right.version, graph), ...layerChanges(graph),
    ...(left.binding === null || right.binding === null ? [] : usageChanges(left.binding, right.binding)),
    ...factChanges(left.version, right.version, graph), ...(typeof speed === 'string' ? [] : speed),
  ].sort((a, b) => Number(b.breaking) - Number(a.breaking) || groupOrder.indexOf(a.group) - groupOrder.indexOf(b.group))
  const classes = DiffClass.options.filter((c) => holds[c](changes, graph))
  // What breaks callers is told at its own lines; that something else was only extended is not worth a word beside it.
  // Something that no class names is still something.
  const [kind = 'restructured', ...also] = classes.filter((c) => c !== 'interface-compatible' || !classes.includes('interface'))
  const breaking = changes.some((c) => c.breaking)
  const answers = strongest(changes.map((c) => c.answersChange))
  return {
    left: sideOf(left), right: sideOf(right), class: kind, also, breaking, answersChange: answers,
    sentence: headline(kind, changes, breaking, answers), changes, graph, notCompared: notCompared(left, right, graph, speed),
  }
}
