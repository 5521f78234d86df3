// bundle.export: a passed (or overridden) gate check -> a verified bundle at the chosen place. (Stub until the writer lands.)
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { Bundle } from '../../../shared/domain/bundle.ts'
import type { GateCheck } from '../../../shared/domain/gate.ts'
import type { Run } from '../../../shared/domain/run.ts'
import type { Version } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'
import { getCheck } from '../store/gates.ts'
import { getRun } from '../store/runs.ts'
import { getVersion } from '../store/versions.ts'

export interface PlannedExport { readonly title: string; readonly check: GateCheck; readonly run: Run; readonly version: Version; readonly destination: string; readonly request: InputOf<SlipwayContract['bundle.export']> }

/** Errors: `input.unknownId`, `input.tokenUnknown`, `bundle.gateNotPassed`. */
export function planExport(parts: Parts, request: InputOf<SlipwayContract['bundle.export']>): PlannedExport {
  const destination = parts.admissions.redeem(request.destination, 'write')
  return parts.store.read((db) => {
    const check = getCheck(db, request.checkId)
    const run = getRun(db, check.runId)
    const version = getVersion(db, run.versionId)
    const name = `${version.modelName} ${version.number}`
    if (!check.passed && check.override === null) throw new SlipwayError('bundle.gateNotPassed', { version: name })
    return { title: `Export ${name}`, check, run, version, destination, request }
  })
}

export async function exportCheckedBundle(_parts: Parts, _planned: PlannedExport, _context: JobContext): Promise<Bundle> {
  throw new Error('not built yet')
}
