// The program of a reading thread: stretches in, parsed rows out. Built as a file of its own and started by csv-threads.ts.
// Owns the thread's end of the channel; loads no library.
import { parentPort, workerData } from 'node:worker_threads'
import type { CsvPlan } from './csv-parse.ts'
import { StretchReader, type Stretch, type StretchAnswer } from './csv-stretch.ts'

export interface ThreadSetup { readonly path: string; readonly plan: CsvPlan }
export interface ThreadTask { readonly index: number; readonly stretch: Stretch }
export type ThreadAnswer = { readonly index: number } & (StretchAnswer | { readonly kind: 'failed'; readonly code: string })

const { path, plan } = workerData as ThreadSetup
let reader: StretchReader | null = null

parentPort?.on('message', ({ index, stretch }: ThreadTask) => {
  let answer: ThreadAnswer
  try {
    reader ??= new StretchReader(path, plan)
    answer = { index, ...reader.read(stretch) }
  } catch (thrown) {
    answer = { index, kind: 'failed', code: (thrown as NodeJS.ErrnoException).code ?? String(thrown) }
  }
  parentPort?.postMessage(answer, answer.kind === 'rows' ? [answer.buffer] : [])
})
