// Asks the database thread; where its program was not built, does the same here. Owns the messages between the two.
import { fromPlain, SlipwayError, type ErrorPlain } from '../../../shared/errors.ts'
import { giveThreads, takeThreads } from '../worker-file.ts'
import { demandLoadable } from './binding-check.ts'
import { copyDatabase } from './copy-database.ts'
import { examineDatabase, type Examination } from './examine.ts'

export type DatabaseTask = { readonly kind: 'examine'; readonly path: string } | { readonly kind: 'copy'; readonly path: string; readonly to: string }
export type DatabaseAnswer = { readonly ok: true; readonly value: Examination | null } | { readonly ok: false; readonly error: ErrorPlain }

const program = 'database-thread'

/** The thread's answer. An abort ends the waiting; the thread finishes by itself and touches nothing of the caller's but its target. */
function ask(task: DatabaseTask, signal: AbortSignal): Promise<Examination | null> | null {
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
      if (answer.ok) resolve(answer.value)
      else reject(fromPlain(answer.error))
    })
    thread.once('error', reject)
    thread.once('exit', () => { reject(new Error('the database thread ended')) })
    thread.postMessage(task)
  })
}

/** `examineDatabase` without making anybody wait. Errors: those, `store.unprepared` and `job.cancelled`. */
export async function examineAside(path: string, signal: AbortSignal): Promise<Examination> {
  return (await ask({ kind: 'examine', path }, signal)) ?? examineDatabase(path)
}

/** `copyDatabase` without making anybody wait. Errors: those, `store.unprepared` and `job.cancelled`. */
export async function copyAside(path: string, to: string, signal: AbortSignal): Promise<void> {
  const asked = ask({ kind: 'copy', path, to }, signal)
  await (asked ?? copyDatabase(path, to))
}
