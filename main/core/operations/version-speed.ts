// version.speed: calls timed by batch size and by operator, in a process of its own; stored when the measurement is complete.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import { deviceWord } from '../../../shared/device-names.ts'
import type { SpeedReport } from '../../../shared/domain/device-report.ts'
import { formatPlural } from '../../../shared/format.ts'
import type { JobContext } from '../jobs.ts'
import { stepProgress, type Parts } from '../parts.ts'
import { openMeasured } from '../steps/open-measured.ts'
import { inOwnProcess } from '../steps/own-process.ts'
import { insertDeviceReport } from '../store/device-reports.ts'
import { record } from '../store/history.ts'

/** Errors: `binding.missing`, `dataset.changed`, `engine.providerUnavailable`, those of an evaluation. */
export async function measureSpeed(parts: Parts, request: InputOf<SlipwayContract['version.speed']>, context: JobContext): Promise<SpeedReport> {
  const { model, source, binding, names, stored } = await openMeasured(parts, request, context)
  const measured = await inOwnProcess(parts, 'speed', { model, source, binding, options: request.options }, context, stepProgress(context))
  const report: SpeedReport = { ...stored(), ...measured }
  parts.store.write((db) => {
    insertDeviceReport(db, 'speed', report)
    record(db, { verb: 'version.speed', subject: report.versionId, sentence: `Timed ${names} on ${deviceWord(report.options.device)} with ${formatPlural(report.batches.length, 'batch size')}.`, facts: { report: report.id } }, parts.clock())
  })
  return report
}
