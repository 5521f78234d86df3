// Asks the database thread; where its program was not built, does the same here. Owns the messages between the two.
import type { AuditReport } from '../../../shared/domain/audit.ts'
import { fromPlain, SlipwayError, type ErrorPlain } from '../../../shared/errors.ts'
import { giveThreads, takeThreads } from '../worker-file.ts'
import { demandLoadable } from './binding-check.ts'
import { copyDatabase } from './copy-database.ts'
import { examineDatabase, type Examination } from './examine.ts'
import { verifyLedger, type Anchor } from './ledger-verify.ts'
import { writeLog, type LogHeading, type LogSummary } from './log-export.ts'

export type DatabaseTask = { readonly kind: 'examine'; readonly path: string } | { readonly kind: 'copy'; readonly path: string; readonly to: string }
  | { readonly kind: 'verify'; readonly path: string; readonly anchors: readonly Anchor[] } | { readonly kind: 'log'; readonly path: string; readonly to: string; readonly heading: LogHeading }
export type DatabaseAnswer = { readonly ok: true; readonly value: Examination | AuditReport | LogSummary | null } | { readonly ok: false; readonly error: ErrorPlain }

const program = 'database-thread'

/** The thread's answer. An abort ends the waiting; the thread finishes by itself and touches nothing of the caller's but its target. */
function ask<T extends Examination | AuditReport | LogSummary | null>(task: DatabaseTask, signal: AbortSignal): Promise<T> | null {
  demandLoadable()
  const [thread] = takeThreads(program, 1)
  if (thread === undefined) return null
  return new Promise((resolve, reject) => {
    const stop = (): void => { reject(new SlipwayError('job.cancelled', {})) }
    signal.addEventListener('abort', stop, { once: true })
    thread.ref()
    thread.once('message', (answer: DatabaseAnswer) => {
      signal.removeEventListener('abort', stop)
      giveThreads(program, [thread])
      if (answer.ok) resolve(answer.value as T)
      else reject(fromPlain(answer.error))
    })
    thread.once('error', reject)
    thread.once('exit', () => { reject(new Error('the database thread ended')) })
    thread.postMessage(task)
  })
}

/** `examineDatabase` without making anybody wait. Errors: those, `store.unprepared` and `job.cancelled`. */
export async function examineAside(path: string, signal: AbortSignal): Promise<Examination> {
  return (await ask<Examination>({ kind: 'examine', path }, signal)) ?? examineDatabase(path)
}

/** `copyDatabase` without making anybody wait. Errors: those, `store.unprepared` and `job.cancelled`. */
export async function copyAside(path: string, to: string, signal: AbortSignal): Promise<void> {
  const asked = ask<null>({ kind: 'copy', path, to }, signal)
  await (asked ?? copyDatabase(path, to))
}

/** `verifyLedger` without making anybody wait. Errors: those, `store.unprepared` and `job.cancelled`. */
export async function verifyAside(path: string, anchors: readonly Anchor[], signal: AbortSignal): Promise<AuditReport> {
  return (await ask<AuditReport>({ kind: 'verify', path, anchors }, signal)) ?? verifyLedger(path, { anchors })
}

/** `writeLog` without making anybody wait. Errors: those, `store.unprepared` and `job.cancelled`. */
export async function logAside(path: string, to: string, heading: LogHeading, signal: AbortSignal): Promise<LogSummary> {
  return (await ask<LogSummary>({ kind: 'log', path, to, heading }, signal)) ?? writeLog(path, to, heading)
}
