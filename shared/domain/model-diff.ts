// What is different between two models, in the words of their graphs: layers, weights, interface, format, and how answers are read.
// Shapes only. Which class a difference has, and what breaking means, is decided in `shared/model-diff/`.
import { z } from 'zod'
import { Sha256, VersionId } from '../ids.ts'

/** The whole difference in one word, the most consequential first: this order is the precedence. See docs/model-diff.md. */
export const DiffClass = z.enum([
  'interface', 'zipmap-removed', 'replaced', 'quantised', 'converted', 'restructured', 'retrained', 'partly-retrained', 'interface-compatible',
  'preprocessing', 'decision', 'opset', 'stored-otherwise', 'reordered', 'renamed-only', 'metadata-only', 'identical',
])
export type DiffClass = z.infer<typeof DiffClass>

/** What one line of the difference is about. */
export const DiffKind = z.enum([
  'input-added', 'input-removed', 'input-renamed', 'input-type', 'input-shape', 'output-added', 'output-removed', 'output-renamed', 'output-type', 'output-shape',
  'batch-dimension', 'zipmap-removed', 'zipmap-added', 'class-labels',
  'layers-added', 'layers-removed', 'layers-settings', 'layers-rewired', 'layers-resized', 'layers-quantised', 'layers-dequantised', 'layers-converted', 'layers-retrained', 'layers-stored', 'layers-moved', 'layers-renamed',
  'task', 'preprocessing', 'columns', 'missing-values', 'row-policy', 'output-roles', 'classes', 'positive-class', 'decision-rule', 'threshold', 'detection', 'calibration',
  'opset', 'ir-version', 'input-defaults', 'dimension-names', 'producer', 'metadata', 'documentation', 'size', 'speed',
])
export type DiffKind = z.infer<typeof DiffKind>

export const DiffGroup = z.enum(['interface', 'layers', 'weights', 'usage', 'format', 'facts'])
export type DiffGroup = z.infer<typeof DiffGroup>

/** Whether the same request gets another answer. `possible`: the files alone do not decide it. */
export const AnswersChange = z.enum(['none', 'possible', 'expected'])
export type AnswersChange = z.infer<typeof AnswersChange>

export const DiffChange = z.object({
  kind: DiffKind, group: DiffGroup,
  severity: z.enum(['breaking', 'major', 'minor', 'note']),
  /** Whether a caller of the first breaks on the second: its old requests are refused, or what it reads is no longer there or of another type. */
  breaking: z.boolean(),
  answersChange: AnswersChange,
  sentence: z.string(),
  /** The input, output, setting or metadata key; null when the line is about the whole. */
  subject: z.string().nullable(),
  before: z.string().nullable(), after: z.string().nullable(),
  /** What a caller must do, in one sentence; null when nothing. */
  callerMust: z.string().nullable(),
})
export type DiffChange = z.infer<typeof DiffChange>

/** How far weights are apart. Numbers that are not finite on either side are left out of all but `changed`, and counted. */
export const WeightChange = z.object({
  /** Numbers that were compared one by one. */
  compared: z.number().int(), changed: z.number().int(), notFinite: z.number().int(),
  /** ‖after − before‖₂ ÷ ‖before‖₂; null where all were 0 before. */
  relative: z.number().nullable(),
  maxAbs: z.number().nullable(),
  /** Cosine of the angle between both; null where one side is all 0. */
  cosine: z.number().nullable(),
})
export type WeightChange = z.infer<typeof WeightChange>

/** What became of a layer, the most consequential first. A layer can have several. */
export const LayerStatus = z.enum(['removed', 'added', 'quantised', 'dequantised', 'resized', 'settings', 'rewired', 'converted', 'retrained', 'stored', 'moved', 'renamed', 'same'])
export type LayerStatus = z.infer<typeof LayerStatus>

export const LayerSide = z.object({
  /** The node's name, or in brackets the value that it makes where it has none. */
  name: z.string(), op: z.string(), domain: z.string(),
  /** Shapes and types of its weights, such as `float32[12, 1, 5, 5], float32[12]`. */
  shapes: z.string(), parameters: z.number().int(),
})
export type LayerSide = z.infer<typeof LayerSide>

export const LayerDiff = z.object({
  status: LayerStatus, statuses: z.array(LayerStatus),
  /** Where it is: empty in the graph itself, else the way into bodies and functions. */
  scope: z.string(),
  before: LayerSide.nullable(), after: LayerSide.nullable(),
  /** null: it has no weights on both sides that could be compared number by number. */
  weights: WeightChange.nullable(),
  notes: z.array(z.string()),
})
export type LayerDiff = z.infer<typeof LayerDiff>

/** The part of a difference that the files alone decide; the engine makes it. */
export const GraphDiff = z.object({
  /** At most 2,000, changed ones before unchanged ones, else in the order of the graph. */
  layers: z.array(LayerDiff), layersLeftOut: z.number().int(),
  /** How many layers have each status; `before` and `after`: layers in all. */
  counts: z.record(LayerStatus, z.number().int()), before: z.number().int(), after: z.number().int(),
  /** Counterparts with weights: in how many nothing, and in how many something changed. `lone`: layers with weights on each side that have no counterpart. */
  weighted: z.object({ same: z.number().int(), changed: z.number().int(), loneBefore: z.number().int(), loneAfter: z.number().int() }),
  /** Layers added, removed, wired otherwise, of another size or with other settings, ZipMaps apart; `harmless`: those of them that only hand numbers on. */
  structure: z.object({ changed: z.number().int(), harmless: z.number().int() }),
  /** Over all tensors that were compared, each once; null when there is none. */
  weights: WeightChange.nullable(),
  /** Outputs behind a ZipMap that is no longer there, with the output that now gives the same tensor. */
  zipMaps: z.array(z.object({ output: z.string(), now: z.string().nullable() })),
  /** Comments and stored shapes of inner values differ: nothing that runs. */
  documentation: z.boolean(),
  /** Weights that a caller may replace by sending them as an input, on one side alone. Absent: none. */
  replaceable: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }).optional(),
  notCompared: z.array(z.string()),
})
export type GraphDiff = z.infer<typeof GraphDiff>

/** `versionId` and `number` are null for a file that is no version of the registry. */
export const DiffSide = z.object({ versionId: VersionId.nullable(), name: z.string(), number: z.number().int().nullable(), sourceName: z.string(), sha256: Sha256, bytes: z.number().int(), parameters: z.number() })
export type DiffSide = z.infer<typeof DiffSide>

export const ModelDiff = z.object({
  left: DiffSide, right: DiffSide,
  class: DiffClass,
  /** The further classes that hold too, most consequential first. */
  also: z.array(DiffClass),
  breaking: z.boolean(), answersChange: AnswersChange,
  sentence: z.string(),
  changes: z.array(DiffChange),
  graph: GraphDiff,
  /** What could not be compared, and why. */
  notCompared: z.array(z.string()),
})
export type ModelDiff = z.infer<typeof ModelDiff>
