// A packed application looked at from outside: its archive's table of contents, its places on each system, its fuses.
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'

interface Entry { readonly files?: Readonly<Record<string, Entry>>; readonly offset?: string; readonly size?: number }

export interface ArchivedFile { readonly path: string; /** Its bytes as text; empty for a file that lies beside the archive. */ text(): string }

/** The files of an archive. Its table is JSON whose length stands in the fourth 32-bit word; the bytes follow the header. */
export function filesIn(archive: string): ArchivedFile[] {
  const file = openSync(archive, 'r')
  try {
    const head = Buffer.alloc(16)
    readSync(file, head, 0, 16, 0)
    const table = Buffer.alloc(head.readUInt32LE(12))
    readSync(file, table, 0, table.length, 16)
    const start = 8 + head.readUInt32LE(4)
    const all = readFileSync(archive)
    const walk = (entry: Entry, folder: string): ArchivedFile[] => Object.entries(entry.files ?? {}).flatMap(([name, inner]) => inner.files !== undefined
      ? walk(inner, `${folder}${name}/`)
      : [{ path: `${folder}${name}`, text: () => (inner.offset === undefined ? '' : all.toString('utf8', start + Number(inner.offset), start + Number(inner.offset) + (inner.size ?? 0))) }])
    return walk(JSON.parse(table.toString('utf8')) as Entry, '')
  } finally {
    closeSync(file)
  }
}

/** Where the builder puts the executable and the resources beside it. */
export function partsOf(built: string): { readonly executable: string; readonly resources: string } {
  if (process.platform === 'darwin') return { executable: join(built, 'Slipway.app/Contents/MacOS/Slipway'), resources: join(built, 'Slipway.app/Contents/Resources') }
  return { executable: join(built, process.platform === 'win32' ? 'Slipway.exe' : 'slipway'), resources: join(built, 'resources') }
}

/** Relative paths of all files under a folder. */
export const filesUnder = (folder: string): string[] => readdirSync(folder, { withFileTypes: true, recursive: true }).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name).slice(folder.length + 1).replaceAll('\\', '/'))
