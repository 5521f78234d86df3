// version.compare: two versions and their newest finished runs on the same data content -> a comparison. Reads stored facts only.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import { compareVersions } from '../../../shared/comparison.ts'
import type { Comparison } from '../../../shared/domain/compare.ts'
import type { Version } from '../../../shared/domain/model.ts'
import type { Parts } from '../parts.ts'
import { getDataset } from '../store/datasets.ts'
import { commonRuns, getRun } from '../store/runs.ts'
import { getVersion } from '../store/versions.ts'

const nameOf = (version: Version): string => `${version.modelName} ${version.number}`

/** Errors: `input.unknownId`. No common data is an answer, with what would make some. */
export function compare(parts: Parts, request: InputOf<SlipwayContract['version.compare']>): Comparison {
  return parts.store.read((db) => {
    const left = getVersion(db, request.left)
    const right = getVersion(db, request.right)
    const dataset = request.datasetId === undefined ? null : getDataset(db, request.datasetId)
    const runs = commonRuns(db, left.id, right.id, dataset?.sha256 ?? null)
    if (runs !== null) return compareVersions(left, right, { left: getRun(db, runs.left), right: getRun(db, runs.right) })
    const where = dataset === null ? 'the same data set' : dataset.name
    return compareVersions(left, right, { missing: `${nameOf(left)} and ${nameOf(right)} have no finished runs on ${where}. Evaluate both on it to compare their metrics.` })
  })
}
