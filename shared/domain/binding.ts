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
])
export type Target = z.infer<typeof Target>

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
  /** Empty for regression. */
  classes: z.array(ClassBinding),
  positiveClass: z.string().nullable(),
  decision: DecisionRule,
  rows: RowPolicy,
})
export type Binding = z.infer<typeof Binding>

/** One assumption of a proposal: what was guessed, how sure, and why. */
export const Guess = z.object({
  /** A dotted path into the binding, such as `inputs.X` or `classes`. */
  about: z.string(),
  value: z.string(),
  confidence: z.enum(['certain', 'likely', 'guess']),
  reason: z.string(),
})
export type Guess = z.infer<typeof Guess>

export const BindingProblem = z.object({
  about: z.string(), severity: z.enum(['error', 'warning']), sentence: z.string(), next: z.string(),
})
export type BindingProblem = z.infer<typeof BindingProblem>

export const Proposal = z.object({ binding: Binding, guesses: z.array(Guess), problems: z.array(BindingProblem) })
export type Proposal = z.infer<typeof Proposal>
