// audit.verify: the whole record checked against its chain of hashes, in a thread; that it was checked is an event of the record itself.
import { formatPlural } from '../../../shared/format.ts'
import type { AuditReport } from '../../../shared/domain/audit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'
import { verifyAside } from '../store/database-aside.ts'
import { record } from '../store/history.ts'
import { readAnchor } from '../store/log-reading.ts'

/** Adds the line about this check. A database too damaged to take it changes nothing of the answer. */
function tell(parts: Parts, report: AuditReport): void {
  const found = report.findings.length + report.more
  const sentence = report.whole ? `Verified the record: ${formatPlural(report.entries, 'entry', 'entries')}, unbroken.` : `Verified the record and found ${formatPlural(found, 'difference')}.`
  try {
    parts.store.write((db) => record(db, { verb: 'audit.verify', subject: 'ledger', sentence, facts: { whole: report.whole, entries: report.entries, findings: found, head: report.head?.hash ?? null } }, report.checkedAt))
  } catch (thrown) {
    if (!(thrown instanceof SlipwayError)) throw thrown
    parts.log.warning('the check of the record could not be recorded', { code: thrown.code })
  }
}

/** `against`: a log exported before. Errors: `audit.logUnreadable`, `store.*`, `job.cancelled`. */
export async function verifyRecord(parts: Parts, against: string | null, context: JobContext): Promise<AuditReport> {
  context.progress({ step: 'Checking the record', done: null, total: null }, null)
  const anchors = against === null ? [] : [await readAnchor(against)]
  const report = { ...await verifyAside(parts.places.database, anchors, context.signal), checkedAt: parts.clock() }
  tell(parts, report)
  return report
}
