// What a model is: its signature, what its graph holds, its versions and where its bytes came from.
// Owns no reading of files; `main/core/onnx` fills these shapes.
import { z } from 'zod'
import { ModelId, Sha256, VersionId } from '../ids.ts'
import { VersionState } from './life.ts'

export const TensorType = z.enum([
  'float32', 'float64', 'float16', 'bfloat16', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64',
  'bool', 'string', 'complex64', 'complex128', 'int4', 'uint4', 'float8e4m3fn', 'float8e4m3fnuz', 'float8e5m2', 'float8e5m2fnuz', 'float4e2m1', 'undefined',
])
export type TensorType = z.infer<typeof TensorType>

/** A fixed size, a symbolic name, or null where the model names nothing. */
export const Dimension = z.union([z.number().int().nonnegative(), z.string(), z.null()])
export type Dimension = z.infer<typeof Dimension>

export const ValueSpec = z.object({
  name: z.string(),
  kind: z.enum(['tensor', 'sparse-tensor', 'sequence', 'map', 'optional']),
  /** Element type of a tensor; null for sequences and maps. */
  dtype: TensorType.nullable(),
  /** null: the rank is not declared; []: a scalar. */
  shape: z.array(Dimension).nullable(),
  /** The whole type in words, such as `float32[N, 4]` or `sequence(map(string, float32))`. */
  text: z.string(),
})
export type ValueSpec = z.infer<typeof ValueSpec>

export const Signature = z.object({ inputs: z.array(ValueSpec), outputs: z.array(ValueSpec) })
export type Signature = z.infer<typeof Signature>

export const OperatorCount = z.object({ domain: z.string(), type: z.string(), count: z.number().int().positive() })
export type OperatorCount = z.infer<typeof OperatorCount>

/** A ZipMap node at the end of a classifier: the class labels and the tensor behind the map. */
export const ZipMap = z.object({
  output: z.string(),
  input: z.string(),
  labelType: z.enum(['int64', 'string']),
  labels: z.array(z.string()),
})
export type ZipMap = z.infer<typeof ZipMap>

/** The categories that the graph itself knows for one string (or integer) input, found in its encoders. */
export const InputVocabulary = z.object({ input: z.string(), values: z.array(z.string()) })
export type InputVocabulary = z.infer<typeof InputVocabulary>

export const GraphSummary = z.object({
  irVersion: z.number().int(),
  opsets: z.array(z.object({ domain: z.string(), version: z.number().int() })),
  producerName: z.string(),
  producerVersion: z.string(),
  graphName: z.string(),
  domain: z.string(),
  modelVersion: z.string(),
  description: z.string(),
  metadata: z.array(z.object({ key: z.string(), value: z.string() })),
  operators: z.array(OperatorCount),
  nodeCount: z.number().int(),
  /** Nodes inside If, Loop and Scan bodies and model-local functions, counted in `operators` too. */
  subgraphNodeCount: z.number().int(),
  functionCount: z.number().int(),
  initializerCount: z.number().int(),
  parameterCount: z.number(),
  parameterBytes: z.number(),
  zipMaps: z.array(ZipMap),
  /** Class labels that the graph carries in classifier or label-encoder attributes, in column order; null when there are none. */
  classLabels: z.array(z.string()).nullable(),
  vocabularies: z.array(InputVocabulary),
})
export type GraphSummary = z.infer<typeof GraphSummary>

/** One stored file of a version. `name` is the path relative to the model file, as the graph refers to it. */
export const ModelFile = z.object({
  name: z.string(), role: z.enum(['model', 'external-data']), sha256: Sha256, bytes: z.number().int().nonnegative(),
})
export type ModelFile = z.infer<typeof ModelFile>

/** A model blob made from the original by a small proven edit, kept beside the original. */
export const Derivation = z.object({
  kind: z.literal('zipmap-removed'),
  sha256: Sha256,
  bytes: z.number().int(),
  sourceSha256: Sha256,
  edits: z.array(z.string()),
  signature: Signature,
  /** How equality was shown: both graphs ran on the same sample rows. */
  proof: z.object({
    rows: z.number().int(),
    comparedOutputs: z.array(z.string()),
    /** Largest absolute difference over every compared number; 0 means bit-equal. */
    maxAbsDifference: z.number(),
    equal: z.boolean(),
    statement: z.string(),
  }),
  createdAt: z.number().int(),
})
export type Derivation = z.infer<typeof Derivation>

export const ModelTask = z.enum([
  'binary-classification', 'multiclass-classification', 'multilabel-classification', 'regression', 'object-detection', 'semantic-segmentation',
])
export type ModelTask = z.infer<typeof ModelTask>

export const Version = z.object({
  id: VersionId,
  modelId: ModelId,
  modelName: z.string(),
  number: z.number().int().positive(),
  parentId: VersionId.nullable(),
  /** Hash of the imported model file; for several files, see `files`. */
  sha256: Sha256,
  bytes: z.number().int(),
  sourceName: z.string(),
  files: z.array(ModelFile),
  signature: Signature,
  graph: GraphSummary,
  derivation: Derivation.nullable(),
  /** True when an output is a sequence or map that no runtime here can return, and no derivation exists yet. */
  needsRewrite: z.boolean(),
  note: z.string(),
  tags: z.array(z.string()),
  hasBinding: z.boolean(),
  /** Where it is in its life, and the aliases that point to it. Absent only where a version was made up outside a workspace. */
  state: VersionState.optional(),
  aliases: z.array(z.string()).optional(),
  createdAt: z.number().int(),
})
export type Version = z.infer<typeof Version>

export const HeadlineMetric = z.object({
  metric: z.string(), value: z.number().nullable(), n: z.number().int(), runId: z.string(), datasetName: z.string(),
  /** Which rows, such as “first 20 rows”, where the run is not over the whole data set. */
  part: z.string().nullable().optional(),
})
export type HeadlineMetric = z.infer<typeof HeadlineMetric>

export const ModelSummary = z.object({
  id: ModelId,
  name: z.string(),
  task: ModelTask.nullable(),
  versionCount: z.number().int(),
  runCount: z.number().int(),
  bundleCount: z.number().int(),
  latest: z.object({ id: VersionId, number: z.number().int(), bytes: z.number().int(), createdAt: z.number().int(), needsRewrite: z.boolean() }),
  headline: HeadlineMetric.nullable(),
  /** Where its aliases point, by name. Absent only where a model was made up outside a workspace. */
  aliases: z.array(z.object({ alias: z.string(), versionId: VersionId, number: z.number().int() })).optional(),
  archivedAt: z.number().int().nullable(),
  createdAt: z.number().int(),
})
export type ModelSummary = z.infer<typeof ModelSummary>
