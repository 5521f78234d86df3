// The evidence of a release beside its evaluation: who reviewed it, how it compared, how groups fared, what it was made from.
// Holds ids, digests, numbers and what people wrote about the version; no rows, no paths, no machine.
import type { BundleManifest } from '../../../../shared/domain/bundle.ts'
import type { FairnessReport } from '../../../../shared/domain/fairness.ts'
import { canonicalJson } from '../canonical-json.ts'
import type { BundleFacts } from '../facts.ts'
import { json, type Planned, type Planner } from '../planned.ts'
import { approvalFile, type Approvals } from './approvals.ts'

export interface ReleaseFacts {
  readonly release: NonNullable<BundleManifest['release']>
  /** The newest request for review of this version about this run, with its answers; null: nobody was asked. */
  readonly approvals: Approvals | null
  /** The newest report of groups of this run, without flagged columns. */
  readonly fairness: FairnessReport | null
  /** The newest comparisons of this run with others, row by row, and with baselines. */
  readonly comparisons: readonly unknown[]
}

const file = (path: string, value: unknown): Planned => ({ path, role: 'evidence', mediaType: json, text: `${canonicalJson(value)}\n` })

function lineageDocument(facts: BundleFacts): unknown {
  const { version, run, dataset, check } = facts
  return {
    schema: 'slipway.lineage/1',
    model: { name: version.modelName, number: version.number, versionId: version.id, parentId: version.parentId, sha256: version.sha256, derivation: version.derivation === null ? null : { sha256: run.modelSha256, edits: version.derivation.edits } },
    run: { id: run.id, modelSha256: run.modelSha256, seed: run.options.seed }, dataset: { id: dataset.id, sha256: run.datasetSha256, rows: dataset.rows },
    gate: { gateId: check.gateId, checkId: check.id, baselineRunId: check.baselineRunId }, previous: facts.previous, release: facts.evidence?.release ?? null,
  }
}

/** `evidence/{lineage,approval,comparison,fairness}.json`, each where there is something to say. */
export const planEvidence: Planner = (facts) => {
  const { evidence } = facts
  return [
    file('evidence/lineage.json', lineageDocument(facts)),
    ...(evidence?.approvals == null ? [] : [file(approvalFile, evidence.approvals)]),
    ...(evidence == null || evidence.comparisons.length === 0 ? [] : [file('evidence/comparison.json', { schema: 'slipway.comparison/1', runId: facts.run.id, comparisons: evidence.comparisons })]),
    ...(evidence?.fairness == null ? [] : [file('evidence/fairness.json', { schema: 'slipway.fairness/1', ...evidence.fairness })]),
  ]
}
