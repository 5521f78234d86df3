// What engine tasks get besides their input, for tests that call them directly; and temporary folders that are looked over afterwards.
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Told { readonly step: string; readonly done: number | null; readonly total: number | null }

/** A call context that remembers progress. */
export function taskContext(signal: AbortSignal = new AbortController().signal): { signal: AbortSignal; progress: (p: Told) => void; told: Told[] } {
  const told: Told[] = []
  return { signal, progress: (p) => { told.push(p) }, told }
}

/** Every file and folder below a folder with a hash of its content, sorted. */
export async function listing(folder: string): Promise<readonly string[]> {
  const out: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const inside = path.slice(folder.length + 1)
    out.push(entry.isFile() ? `${inside} ${(await stat(path)).size} ${createHash('sha256').update(await readFile(path)).digest('hex')}` : `${inside}/`)
  }
  return out.sort()
}

/** Runs with a fresh folder that is removed afterwards. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-onnx-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
