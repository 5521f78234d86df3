// version.parity: the same rows on two devices, in a process of its own; stored when the comparison is complete.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import { paritySentence } from '../../../shared/device-words.ts'
import type { ParityReport } from '../../../shared/domain/device-report.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, type Parts } from '../parts.ts'
import { openMeasured } from '../steps/open-measured.ts'
import { inOwnProcess } from '../steps/own-process.ts'
import { insertDeviceReport } from '../store/device-reports.ts'
import { record } from '../store/history.ts'

/** Errors: `binding.missing`, `dataset.changed`, `input.invalid` for a device compared with itself, `engine.providerUnavailable`, those of an evaluation. */
export async function measureParity(parts: Parts, request: InputOf<SlipwayContract['version.parity']>, context: JobContext): Promise<ParityReport> {
  const { model, source, binding, names, stored } = await openMeasured(parts, request, context)
  const measured = await inOwnProcess(parts, 'parity', { model, source, binding, options: request.options }, context, stepProgress(context))
  const report: ParityReport = { ...stored(), ...measured }
  parts.store.write((db) => {
    insertDeviceReport(db, 'parity', report)
    record(db, { verb: 'version.parity', subject: report.versionId, sentence: `Compared devices for ${names}: ${paritySentence(report)}`, facts: { report: report.id, verdict: report.verdict } }, parts.clock())
  })
  return report
}
