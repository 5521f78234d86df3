// The options of watching, as the command line of the bundle's server takes them.
import type { ParseArgsConfig } from 'node:util'
import type { BundleManifest } from '../../../../shared/domain/bundle.ts'
import type { MetricTables } from './metric-tables.ts'

/** 0: metrics only. 1: answers and the bins of the inputs. 2: also the values of the columns that the bundle allows. */
export type LogLevel = 0 | 1 | 2

export interface ObserverOptions {
  readonly level: LogLevel
  /** Where rotated files go; null: standard output. */
  readonly logFolder: string | null
  /** A file is closed at this size, and only the newest so many are kept (0: all). */
  readonly logFileBytes: number
  readonly logFiles: number
  /** More records a second are sampled evenly, and each record says at what rate. */
  readonly logRate: number
  /** Rows of the window of drift. */
  readonly windowRows: number
  /** Several versions in one process share their tables. */
  readonly tables?: MetricTables
}

export const watchUsage = `  --log-level 0|1|2     what the prediction log holds: nothing, answers and bins of inputs (default), or also
                        the values of columns that the bundle allows
  --log-dir FOLDER      write the prediction log to rotated files there; default: standard output
  --log-file-mb NUMBER  size of one such file, default 64; --log-files NUMBER: the newest so many are kept, default 10, 0 all
  --log-rate NUMBER     records a second, default 5000; more are sampled evenly, and say so
  --drift-window NUMBER rows of the sliding window that drift is measured over; default: that of the bundle
`

export const watchArguments = {
  'log-level': { type: 'string' }, 'log-dir': { type: 'string' }, 'log-file-mb': { type: 'string' }, 'log-files': { type: 'string' }, 'log-rate': { type: 'string' }, 'drift-window': { type: 'string' },
} as const satisfies NonNullable<ParseArgsConfig['options']>

export type WatchWords = { readonly [K in keyof typeof watchArguments]?: string | undefined }

/** Rows of the window where neither bundle nor command line says. */
export const defaultWindowRows = 2000

function whole(words: WatchWords, name: keyof WatchWords, fallback: number, least: number, most: number): number {
  const word = words[name]
  if (word === undefined) return fallback
  if (!/^\d{1,9}$/.test(word) || Number(word) < least || Number(word) > most) throw new RangeError(`--${name} is “${word}”, but must be a whole number from ${least} to ${most}`)
  return Number(word)
}

/** Throws RangeError, whose message is for the operator, for a value that cannot be meant, and for level 2 where the bundle allows no column. */
export function readWatchOptions(words: WatchWords, monitoring: BundleManifest['monitoring']): ObserverOptions {
  const level = whole(words, 'log-level', monitoring?.logLevelDefault ?? 1, 0, 2) as LogLevel
  if (level === 2 && (monitoring?.rawColumns ?? []).length === 0) throw new RangeError('--log-level 2 writes values of inputs, and this bundle allows none of its columns; use 1')
  return {
    level, logFolder: words['log-dir'] ?? null,
    logFileBytes: whole(words, 'log-file-mb', 64, 1, 10_000) * 1024 * 1024, logFiles: whole(words, 'log-files', 10, 0, 100_000),
    logRate: whole(words, 'log-rate', 5000, 1, 1_000_000), windowRows: whole(words, 'drift-window', monitoring?.windowRows ?? defaultWindowRows, 10, 1_000_000),
  }
}
