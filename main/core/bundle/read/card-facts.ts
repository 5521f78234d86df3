// The one data object behind the model card and the bill of materials, so that the two cannot disagree. Owns no layout.
import type { MetricValue } from '../../../../shared/domain/run.ts'
import { cardFields } from '../../../../shared/gate/card-fields.ts'
import { taskName } from '../../../../shared/format.ts'
import { slugOf } from '../../../../shared/slug.ts'
import { bindingOf, datatypeOf, servedSignature, wireShape, type BundleFacts } from '../facts.ts'
import { evaluatedAt } from '../manifest.ts'

/** What nobody told Slipway is null here, and said to be not recorded wherever it is shown. */
export interface CardData {
  readonly model: string
  readonly slug: string
  readonly version: string
  readonly task: string
  readonly taskName: string
  readonly publisher: string
  readonly description: string | null
  readonly intendedUse: string | null
  readonly knownLimits: string | null
  readonly licence: string | null
  readonly trainingData: string | null
  readonly producer: string | null
  readonly parameters: number
  readonly modelSha256: string
  readonly evaluatedAt: string
  readonly data: { readonly name: string; readonly sha256: string; readonly rows: number }
  readonly inputs: readonly { readonly name: string; readonly format: string }[]
  readonly outputs: readonly { readonly name: string; readonly format: string }[]
  readonly metrics: readonly MetricValue[]
  readonly gate: { readonly passed: boolean; readonly override: { readonly name: string; readonly reason: string } | null }
}

const format = (spec: { readonly dtype: Parameters<typeof datatypeOf>[0]; readonly shape: Parameters<typeof wireShape>[0] }): string => `${datatypeOf(spec.dtype)} [${wireShape(spec.shape).join(', ')}]`

export function cardData(facts: BundleFacts): CardData {
  const { version, run, check, dataset } = facts
  const signature = servedSignature(version)
  const fields = cardFields(version)
  const tensors = (specs: typeof signature.inputs): CardData['inputs'] => specs.map((s) => ({ name: s.name, format: format(s) }))
  const { task } = bindingOf(facts)
  return {
    model: version.modelName, slug: slugOf(version.modelName), version: facts.semver, task, taskName: taskName(task), publisher: facts.publisherName,
    description: fields.description, intendedUse: fields['intended-use'], knownLimits: fields['known-limits'], licence: fields.licence, trainingData: fields['training-data'],
    producer: `${version.graph.producerName} ${version.graph.producerVersion}`.trim() || null, parameters: version.graph.parameterCount, modelSha256: version.derivation?.sha256 ?? version.sha256,
    evaluatedAt: evaluatedAt(facts), data: { name: dataset.name, sha256: run.datasetSha256, rows: run.rows?.scored ?? 0 },
    inputs: tensors(signature.inputs), outputs: tensors(signature.outputs), metrics: run.metrics, gate: { passed: check.passed, override: check.override },
  }
}

/** What is not recorded, in the words of the card's own rows. */
export const unknowns = (card: CardData): readonly string[] => [
  ...(card.description === null ? ['description'] : []), ...(card.intendedUse === null ? ['intended use'] : []), ...(card.knownLimits === null ? ['known limits'] : []),
  ...(card.licence === null ? ['licence of the model'] : []), ...(card.trainingData === null ? ['training data'] : []), ...(card.producer === null ? ['producer'] : []),
  'how the evaluation data were collected',
]
