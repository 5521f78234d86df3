// What a folder that the user handed over holds, by its names alone: endings, and tokens for the files that were asked for.
// Opens no file, follows no link, and stops at a limit instead of walking a whole disk.
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { AdmittedFile, FolderContents } from '../../../shared/contract.ts'
import type { Admissions } from '../admissions.ts'
import { readFault } from '../files/staged-copy.ts'

const mostEntries = 20_000
const mostDepth = 6
const mostFiles = 100

const endingOf = (name: string): string => (/.\.[^.]+$/.test(name) ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '')

interface Walk { readonly counts: Map<string, number>; readonly paths: string[]; readonly wanted: ReadonlySet<string>; left: number }

async function walk(folder: string, depth: number, on: Walk): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((thrown: unknown) => {
    // What lies deeper and may not be read is not this question's fault.
    if (depth === 0) throw readFault(thrown, basename(folder))
    return []
  })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (on.left <= 0) return
    if (entry.name.startsWith('.')) continue
    on.left--
    if (entry.isDirectory() && depth < mostDepth) await walk(join(folder, entry.name), depth + 1, on)
    if (!entry.isFile()) continue
    const ending = endingOf(entry.name)
    on.counts.set(ending, (on.counts.get(ending) ?? 0) + 1)
    if (on.wanted.has(ending)) on.paths.push(join(folder, entry.name))
  }
}

/** Counts the endings below `folder`; the first files with one of the wanted endings come with tokens. Errors: `file.*`. */
export async function folderContents(admissions: Admissions, folder: string, wanted: readonly string[]): Promise<FolderContents> {
  const on: Walk = { counts: new Map(), paths: [], wanted: new Set(wanted), left: mostEntries }
  await walk(folder, 0, on)
  const admitted = await Promise.all(on.paths.slice(0, mostFiles).map((path): Promise<AdmittedFile | null> => admissions.admit(path).catch(() => null)))
  const top = (await readdir(folder)).filter((name) => name === 'bundle.json' || name === 'SHA256SUMS')
  return {
    endings: [...on.counts].map(([ending, count]) => ({ ending, count })).sort((a, b) => b.count - a.count).slice(0, 100),
    files: admitted.filter((f): f is AdmittedFile => f !== null), bundle: top.length === 2, whole: on.left > 0 && on.paths.length <= mostFiles,
  }
}
