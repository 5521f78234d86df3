// Starts a thread of this process that runs one of our own small programs (out/workers). Owns where those programs lie.
// Refuses native libraries that run models: a thread that ends during a run takes the whole process with it.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'

/** Finds a program in `out/workers`, seen from the built programs and from the sources alike; null when it was not built. */
function programFile(name: string): string | null {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    for (const candidate of [join(folder, 'workers', `${name}.cjs`), join(folder, 'out', 'workers', `${name}.cjs`)]) if (existsSync(candidate)) return candidate
    if (folder === dirname(folder)) return null
  }
}

const programs = new Map<string, string>()

/** A thread running the program, with `data` as its `workerData`; null when the program is not there. It does not keep the process alive. */
export function startThread(name: string, data: unknown): Worker | null {
  let text = programs.get(name)
  if (text === undefined) {
    const file = programFile(name)
    if (file === null) return null
    // As text and not as a file: threads do not look into the archive of a packaged application, this process does.
    text = readFileSync(file, 'utf8')
    programs.set(name, text)
  }
  const worker = new Worker(text, { eval: true, workerData: data })
  worker.unref()
  return worker
}
