// audit.export: the record as JSON lines at the chosen place, whole or not at all; that it went out is an event of the record.
import { rename, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { OutputOf } from '../../../shared/contract-kit.ts'
import { formatPlural } from '../../../shared/format.ts'
import { writeFault } from '../files/staged-copy.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'
import { logAside } from '../store/database-aside.ts'
import { record } from '../store/history.ts'

/** Errors: `file.notWritable`, `file.diskFull`, `store.*`, `job.cancelled`. */
export async function exportRecord(parts: Parts, target: string, context: JobContext): Promise<OutputOf<SlipwayContract['audit.export']>> {
  const half = `${target}.${process.pid}.part`
  try {
    context.progress({ step: 'Writing the log', done: null, total: null }, null)
    const summary = await logAside(parts.places.database, half, { at: parts.clock(), slipway: parts.version }, context.signal)
    await rename(half, target)
    const fileName = basename(target)
    parts.store.write((db) => record(db, { verb: 'audit.export', subject: 'ledger', sentence: `Exported the log as ${fileName} with ${formatPlural(summary.entries, 'entry', 'entries')}.`, facts: { head: summary.head.hash, entries: summary.entries } }, parts.clock()))
    return { fileName, ...summary }
  } catch (thrown) {
    await rm(half, { force: true })
    throw writeFault(thrown, 'The chosen place')
  }
}
