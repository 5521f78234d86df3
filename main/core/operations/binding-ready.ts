// binding.ready: which versions can be evaluated on a data set as they are, by the binding that is stored with each.
// Refuses to propose anything: a version without a stored binding is not on the list.
import { checkBinding } from '../../../shared/binding/check-binding.ts'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { OutputOf } from '../../../shared/contract-kit.ts'
import type { DatasetId } from '../../../shared/ids.ts'
import type { Parts } from '../parts.ts'
import { boundVersions, newestBinding } from '../store/bindings.ts'
import { getDataset } from '../store/datasets.ts'
import { newestRunOn } from '../store/runs.ts'
import { getVersion } from '../store/versions.ts'

/** Versions looked at, those of the newest bindings first: a longer list is chosen from by nobody. */
const most = 200

/** By the model's name, newest version first; `problem` is the first error of the binding on this data. Errors: `input.unknownId`. */
export function versionsReadyFor(parts: Parts, datasetId: DatasetId): OutputOf<SlipwayContract['binding.ready']> {
  return parts.store.read((db) => {
    const { columns, sha256 } = getDataset(db, datasetId)
    return boundVersions(db, most).flatMap((id) => {
      const version = getVersion(db, id)
      const stored = newestBinding(db, id)
      if (stored === null) return []
      const problem = checkBinding(stored.binding, version.derivation?.signature ?? version.signature, columns).find((p) => p.severity === 'error')
      return [{ versionId: id, modelName: version.modelName, number: version.number, task: stored.binding.task, problem: problem?.sentence ?? null, runId: newestRunOn(db, id, sha256) }]
    }).sort((a, b) => a.modelName.localeCompare(b.modelName) || b.number - a.number)
  })
}
