// The binding: how columns or images become the model's inputs, and outputs become predictions.
// The same document is stored with a version, edited on screen, written as YAML or JSON and shipped in the bundle.
import { z } from 'zod'
import { ModelTask, TensorType } from './model.ts'

export const ImagePreprocessing = z.object({
  width: z.number().int().positive().max(16384),
  height: z.number().int().positive().max(16384),
  /** `stretch` ignores the aspect ratio; `crop` resizes the shorter side and cuts the centre; `pad` fits and fills with `padValue`. */
  resize: z.enum(['stretch', 'crop', 'pad']),
  /** PIL's kernels of the same names, antialiased when shrinking. */
  kernel: z.enum(['nearest', 'bilinear', 'bicubic', 'box', 'lanczos']),
  /** Size of the shorter side before a centre crop; null: exactly the target. */
  shorterSide: z.number().int().positive().nullable(),
  padValue: z.number().min(0).max(255),
  color: z.enum(['rgb', 'bgr', 'grayscale']),
  layout: z.enum(['NCHW', 'NHWC', 'NHW', 'flat']),
  /** value = (pixel × scale − mean[c]) ÷ std[c], in that order, pixels 0 to 255. */
  scale: z.number(),
  mean: z.array(z.number()),
  std: z.array(z.number()),
})
export type ImagePreprocessing = z.infer<typeof ImagePreprocessing>

/** What a missing cell becomes. `drop`: the row is left out. `nan`: NaN (floating inputs). `empty`: the empty string. A value: that value. */
export const MissingRule = z.union([z.enum(['nan', 'empty', 'drop']), z.object({ fill: z.union([z.number(), z.string()]) })])
export type MissingRule = z.infer<typeof MissingRule>

export const InputBinding = z.discriminatedUnion('kind', [
  /** One tensor [rows, k] from k numeric columns in this order. */
  z.object({ kind: z.literal('columns'), input: z.string(), dtype: TensorType, columns: z.array(z.string()).min(1), missing: MissingRule }),
  /** One tensor [rows, 1] (or [rows]) from one column. */
  z.object({ kind: z.literal('column'), input: z.string(), dtype: TensorType, column: z.string(), missing: MissingRule }),
  z.object({ kind: z.literal('image'), input: z.string(), dtype: TensorType, image: ImagePreprocessing }),
  /** The same value for every row. */
  z.object({ kind: z.literal('constant'), input: z.string(), dtype: TensorType, value: z.union([z.number(), z.string(), z.boolean()]) }),
])
export type InputBinding = z.infer<typeof InputBinding>

export const OutputRole = z.enum([
  /** The predicted class: its label value or index. */
  'label',
  /** [rows, classes], each row summing to 1. */
  'probabilities',
  /** [rows, classes], softmax turns them into probabilities (two-class and more). */
  'logits',
  /** [rows] or [rows, 1]: probability of the positive class. */
  'positive-probability',
  /** [rows] or [rows, 1]: logit of the positive class, the sigmoid turns it into a probability. */
  'positive-logit',
  /** [rows] or [rows, 1]: the predicted number of a regression. */
  'value',
  /** [rows, labels], each value the probability of one label, independent of the others. */
  'label-probabilities',
  /** [rows, labels], the sigmoid turns each value into the probability of its label. */
  'label-logits',
  /** [rows, boxes, 4]: see `detection` for the order of the four numbers and their unit. */
  'boxes',
  /** [rows, boxes]: how sure the model is of each box. */
  'box-scores',
  /** [rows, boxes]: class of each box, as the classes' `output` writes it. */
  'box-labels',
  /** [rows]: how many of the boxes count; the rest is padding. */
  'box-count',
  /** [rows, 4 (+ 1) + classes, cells] or [rows, cells, 4 (+ 1) + classes]: boxes and class scores in one tensor, before suppression. */
  'yolo',
  /** [rows, classes, height, width] or [rows, height, width, classes]: the largest one names the pixel's class. With one channel, the logit of the second of two classes. */
  'pixel-logits',
  /** [rows, height, width], with or without an axis of one: the probability of the second of two classes, against the threshold of the decision. */
  'pixel-probability',
  /** [rows, height, width]: class of every pixel, as the classes' `output` writes it. */
  'pixel-labels',
  'ignored',
])
export type OutputRole = z.infer<typeof OutputRole>

export const OutputBinding = z.object({ output: z.string(), role: OutputRole })
export type OutputBinding = z.infer<typeof OutputBinding>

/** One class: `label` is how the data set writes it, `output` how the model's label output writes it. Order = probability column. */
export const ClassBinding = z.object({ label: z.string(), output: z.string() })
export type ClassBinding = z.infer<typeof ClassBinding>

/** How the predicted class is decided: the model's own label output, the largest probability, or positive when p ≥ threshold. */
export const DecisionRule = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('label-output') }),
  z.object({ kind: z.literal('argmax') }),
  z.object({ kind: z.literal('threshold'), threshold: z.number().min(0).max(1) }),
])
export type DecisionRule = z.infer<typeof DecisionRule>

export const Target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('column'), column: z.string() }),
  z.object({ kind: z.literal('image-class') }),
  /** Several labels a row: one column each, in class order; 1, true or yes where the label holds. */
  z.object({ kind: z.literal('label-columns'), columns: z.array(z.string()).min(1) }),
  /** Several labels a row, written into one column with this separator; an empty cell has none. */
  z.object({ kind: z.literal('label-list'), column: z.string(), separator: z.string().min(1).max(8) }),
  /** The boxes of the picture's annotation. */
  z.object({ kind: z.literal('boxes') }),
  /** The class of every pixel, from the picture's mask. */
  z.object({ kind: z.literal('masks') }),
])
export type Target = z.infer<typeof Target>

/** How box outputs are read, and what is done before they are counted. */
export const DetectionSettings = z.object({
  /** Corners; corner and size; centre and size; corners with y first. */
  order: z.enum(['xyxy', 'xywh', 'cxcywh', 'yxyx']),
  /** Pixels of the model's input picture, or shares of its width and height. */
  unit: z.enum(['pixels', 'share']),
  /** Only for the role `yolo`: which axis holds the boxes, and whether an objectness score follows the four numbers. */
  cells: z.enum(['last', 'middle']),
  objectness: z.boolean(),
  /** Boxes below this score are dropped before suppression; 0 keeps all. */
  minimumScore: z.number().min(0).max(1),
  /** Greedy non-maximum suppression: a box is dropped when it overlaps a better one by more than `iou`. Null: the model did it. */
  suppression: z.object({ iou: z.number().min(0).max(1), perClass: z.boolean() }).nullable(),
  /** The best boxes of a picture that count, by score. */
  maximumBoxes: z.number().int().positive().max(10_000),
})
export type DetectionSettings = z.infer<typeof DetectionSettings>

/** On which run's stored predictions a recalibration was fitted. */
const CalibrationFit = z.object({ runId: z.string(), dataset: z.string(), rows: z.number().int().positive() })

/** A correction of the probabilities, before anything is decided by them. */
export const Calibration = z.discriminatedUnion('method', [
  /** Logits are divided by the temperature: probability k becomes pₖ^(1 ÷ T), divided by the sum over classes. */
  z.object({ method: z.literal('temperature'), temperature: z.number().positive().max(1000), fitted: CalibrationFit }),
  /** Two classes: the probability of the positive class goes along straight lines through these points [score, probability], flat beyond the ends. */
  z.object({ method: z.literal('isotonic'), points: z.array(z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)])).min(1).max(10_000), fitted: CalibrationFit }),
])
export type Calibration = z.infer<typeof Calibration>

export const RowPolicy = z.enum(['lenient', 'strict'])
/**
 * lenient: a number that is missing, does not parse or is not finite follows the input's missing rule; an unknown category is fed as it is.
 * strict: a row with such a number, or with a category that the graph does not know, is left out.
 * Both leave out rows with a missing or unknown label or the wrong number of fields, and say which.
 */
export type RowPolicy = z.infer<typeof RowPolicy>

export const Binding = z.object({
  schema: z.literal('slipway.binding/1'),
  task: ModelTask,
  inputs: z.array(InputBinding),
  outputs: z.array(OutputBinding),
  /** null: no true answers are known. */
  target: Target.nullable(),
  /** A column that names a row; never fed to the model. */
  idColumn: z.string().nullable(),
  /** Empty for regression; the labels of a multilabel task, in the order of the output's columns. */
  classes: z.array(ClassBinding),
  positiveClass: z.string().nullable(),
  /** For several labels: a label holds when p ≥ threshold. For boxes: the score of the operating point. */
  decision: DecisionRule,
  /** Present for object detection only. */
  detection: DetectionSettings.optional(),
  /** Absent: the model's probabilities count as they are. */
  calibration: Calibration.optional(),
  rows: RowPolicy,
})
export type Binding = z.infer<typeof Binding>

/** One assumption of a proposal: what was guessed, how sure, and why. */
export const Guess = z.object({
  /** A dotted path into the binding, such as `inputs.X` or `classes`. */
  about: z.string(),
  value: z.string(),
  /** `set`: not guessed but corrected by the user. */
  confidence: z.enum(['certain', 'likely', 'guess', 'set']),
  reason: z.string(),
})
export type Guess = z.infer<typeof Guess>

export const BindingProblem = z.object({
  about: z.string(), severity: z.enum(['error', 'warning']), sentence: z.string(), next: z.string(),
})
export type BindingProblem = z.infer<typeof BindingProblem>

/** Outputs of a model that answer for one column of the data; a model with several such heads is evaluated once for each. */
export const Head = z.object({ column: z.string(), outputs: z.array(z.string()).min(1) })
export type Head = z.infer<typeof Head>

export const Proposal = z.object({ binding: Binding, guesses: z.array(Guess), problems: z.array(BindingProblem), /** Present where the model has several. */ heads: z.array(Head).optional() })
export type Proposal = z.infer<typeof Proposal>
