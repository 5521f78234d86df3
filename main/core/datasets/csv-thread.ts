// The program of a reading thread: stretches in, parsed rows out. Built as a file of its own and started by csv-threads.ts.
// Owns the thread's end of the channel; loads no library.
import { parentPort } from 'node:worker_threads'
import type { CsvPlan } from './csv-parse.ts'
import { StretchReader, type Stretch, type StretchAnswer } from './csv-stretch.ts'

export interface ThreadSetup { readonly path: string; readonly plan: CsvPlan }
export interface ThreadTask { readonly index: number; readonly stretch: Stretch }
export type ThreadAnswer = { readonly index: number } & (StretchAnswer | { readonly kind: 'failed'; readonly code: string })

let setup: ThreadSetup | null = null
let reader: StretchReader | null = null

function answer({ index, stretch }: ThreadTask): ThreadAnswer {
  try {
    if (setup !== null) reader ??= new StretchReader(setup.path, setup.plan)
    if (reader === null) throw new Error('no file was named')
    return { index, ...reader.read(stretch) }
  } catch (thrown) {
    return { index, kind: 'failed', code: (thrown as NodeJS.ErrnoException).code ?? String(thrown) }
  }
}

parentPort?.on('message', (message: ThreadTask | { readonly setup: ThreadSetup } | { readonly done: true }) => {
  if ('index' in message) {
    const found = answer(message)
    parentPort?.postMessage(found, found.kind === 'rows' ? [found.buffer] : [])
    return
  }
  // A file is not held open once its reader is done with it.
  reader?.close()
  reader = null
  setup = 'setup' in message ? message.setup : null
})
