// The program of the thread that looks through or copies a database, so that no window waits for a long reading.
// Owns one task at a time; its connections are its own and can only read.
import { parentPort } from 'node:worker_threads'
import { asSlipwayError } from '../../../shared/errors.ts'
import { copyDatabase } from './copy-database.ts'
import type { DatabaseAnswer, DatabaseTask } from './database-aside.ts'
import { examineDatabase } from './examine.ts'
import { verifyLedger } from './ledger-verify.ts'
import { writeLog } from './log-export.ts'

const answer = async (task: DatabaseTask): Promise<DatabaseAnswer> => {
  try {
    if (task.kind === 'examine') return { ok: true, value: examineDatabase(task.path) }
    if (task.kind === 'verify') return { ok: true, value: verifyLedger(task.path, { anchors: task.anchors }) }
    if (task.kind === 'log') return { ok: true, value: writeLog(task.path, task.to, task.heading) }
    await copyDatabase(task.path, task.to)
    return { ok: true, value: null }
  } catch (thrown) { return { ok: false, error: asSlipwayError(thrown).toPlain() } }
}

parentPort?.on('message', (task: DatabaseTask) => { void answer(task).then((value) => { parentPort?.postMessage(value) }) })
