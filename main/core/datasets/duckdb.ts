// A private DuckDB for one use: no network, only the named files, bounded memory, interruptible.
// Owns the connection's settings and how its errors become ours.
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import type { DuckDBConnection, DuckDBDataChunk, DuckDBValue } from '@duckdb/node-api'
import { SlipwayError } from '../../../shared/errors.ts'

export interface Database {
  readonly connection: DuckDBConnection
  /** The files that it may touch. */
  readonly files: readonly string[]
  close(): void
}

/** A text as an SQL string. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`
/** A path as an SQL string that names this one file: DuckDB takes stars and question marks in a path for a pattern. */
export const sqlPath = (path: string): string => sqlText(/[*?]/.test(path) ? path.replace(/[*?[]/g, '[$&]') : path)
/** A text as an SQL name. */
export const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * Opens an in-memory database that can reach exactly `files` and, for spilling, `folder`.
 * No extension is ever fetched, and the settings cannot be changed by any statement after this.
 */
export async function openDatabase(files: readonly string[], folder: string | null = null, memory = '2GB'): Promise<Database> {
  // Fetched here, since most commands read no data and would wait for it.
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(Math.max(1, Math.min(8, availableParallelism()))), memory_limit: memory,
    autoinstall_known_extensions: 'false', autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  await connection.run([
    // The default of 1 MB holds two chunks of a wide table, and the scan then waits for its reader all the time.
    `SET streaming_buffer_size = '64MB'`,
    // A path with a star is looked up as a pattern first, so that form must be allowed as well.
    `SET allowed_paths = [${[...new Set(files.flatMap((file) => [sqlText(file), sqlPath(file)]))].join(', ')}]`,
    ...(folder === null ? [] : [`SET allowed_directories = [${sqlText(folder)}]`]),
    `SET temp_directory = ${sqlText(folder ?? '')}`,
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ].join('; '))
  let open = true
  return {
    connection,
    files,
    close() {
      if (!open) return
      open = false
      connection.closeSync()
      instance.closeSync()
    },
  }
}

export const cancelled = (): SlipwayError => new SlipwayError('job.cancelled', {}) as SlipwayError

/** DuckDB's message without its kind, its hints and the folders of files: the first sentence that tells a user something. */
export function plainReason(thrown: unknown, files: readonly string[]): string {
  const message = files.reduce((text, path) => text.replaceAll(path, basename(path)), thrown instanceof Error ? thrown.message : String(thrown))
  const first = (message.split('\n')[0] ?? message).replace(/ in file "[^"]*"/g, '')
  return first.replace(/^[A-Za-z ]+ Error: /, '').replace(/\s+/g, ' ').replace(/[.:\s]+$/, '').slice(0, 300)
}

/** Runs `work` so that an abort interrupts the database and ends as `job.cancelled`; other failures become `dataset.notReadable`. */
export async function guarded<T>(db: Database, signal: AbortSignal, file: string, work: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw cancelled()
  const stop = (): void => db.connection.interrupt()
  signal.addEventListener('abort', stop)
  try {
    const result = await work()
    if (signal.aborted) throw cancelled()
    return result
  } catch (thrown) {
    if (signal.aborted) throw cancelled()
    if (thrown instanceof SlipwayError) throw thrown
    throw new SlipwayError('dataset.notReadable', { file, reason: plainReason(thrown, db.files) })
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** The chunks of a query, in order, as they arrive. */
export async function* streamChunks(db: Database, sql: string, signal: AbortSignal, file: string): AsyncGenerator<DuckDBDataChunk> {
  const result = await guarded(db, signal, file, () => db.connection.stream(sql))
  for (;;) {
    const chunk = await guarded(db, signal, file, () => result.fetchChunk())
    if (chunk === null || chunk.rowCount === 0) return
    yield chunk
  }
}

/** All rows of a small answer. */
export async function allRows(db: Database, sql: string, signal: AbortSignal, file: string): Promise<DuckDBValue[][]> {
  return guarded(db, signal, file, async () => (await db.connection.runAndReadAll(sql)).getRows())
}
