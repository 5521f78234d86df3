// Starts a thread of this process that runs one of our own small programs (out/workers). Owns where those programs lie.
// Refuses native libraries that run models: a thread that ends during a run takes the whole process with it.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'

/** Finds a program in `out/workers`, seen from the built programs and from the sources alike; null when it was not built. */
function programFile(name: string): string | null {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    for (const candidate of [join(folder, 'workers', `${name}.cjs`), join(folder, 'out', 'workers', `${name}.cjs`)]) if (existsSync(candidate)) return candidate
    if (folder === dirname(folder)) return null
  }
}

const programs = new Map<string, string>()

const idle = new Map<string, Worker[]>()

/**
 * Up to `count` threads running the program, new or used before; none when the program is not there. They do not keep the process alive.
 * A thread that was used before has its code compiled already, which a short reading feels.
 */
export function takeThreads(name: string, count: number): Worker[] {
  let text = programs.get(name)
  if (text === undefined) {
    const file = programFile(name)
    if (file === null) return []
    // As text and not as a file: threads do not look into the archive of a packaged application, this process does.
    // What they load themselves, native libraries, lies outside of it.
    const outside = file.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`)
    text = `((require, programAddress) => {${readFileSync(file, 'utf8')}\n})(require('node:module').createRequire(${JSON.stringify(outside)}), ${JSON.stringify(pathToFileURL(outside).href)})`
    programs.set(name, text)
  }
  const taken = idle.get(name)?.splice(0, count) ?? []
  while (taken.length < count) {
    const worker = new Worker(text, { eval: true })
    worker.unref()
    taken.push(worker)
  }
  return taken
}

/** Takes back threads that have answered everything. They must not be used any more by who gives them. */
export function giveThreads(name: string, threads: readonly Worker[]): void {
  const kept = idle.get(name) ?? []
  idle.set(name, kept)
  for (const thread of threads) {
    // One by one: Node keeps listeners of its own on a thread, and taking those away would silence it.
    for (const event of ['message', 'error', 'exit']) thread.removeAllListeners(event)
    thread.once('error', () => undefined)
    thread.once('exit', () => { const at = kept.indexOf(thread); if (at >= 0) kept.splice(at, 1) })
    thread.unref()
    kept.push(thread)
  }
}
