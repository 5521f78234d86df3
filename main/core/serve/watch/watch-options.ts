// The options of watching, as the command line of the bundle's server takes them.
// Owns their words and the checks of their values; the server's own table (option-table.ts) takes the rows in.
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
  /** Turns the name of a unit into a pseudonym that only the holder of the key can make again; null: units are not logged. */
  readonly unitKey: Buffer | null
  /** Rows of the window of drift. */
  readonly windowRows: number
  /** Several versions in one process share their tables. */
  readonly tables?: MetricTables
}

const row = <N extends string>(name: N, takes: string, variable: string, words: string): { readonly name: N; readonly takes: string; readonly variable: string; readonly words: string } => ({ name, takes, variable, words })

/** Rows for the server's table of options. */
export const watchOptionRows = [
  row('prediction-log', 'LEVEL', 'SLIPWAY_PREDICTION_LOG', '0 nothing, 1 answers and bins of inputs, 2 also values of the columns that the bundle allows; default 1'),
  row('prediction-log-dir', 'FOLDER', 'SLIPWAY_PREDICTION_LOG_DIR', 'write the prediction log to rotated files in this folder; default: standard output'),
  row('prediction-log-mb', 'NUMBER', 'SLIPWAY_PREDICTION_LOG_MB', 'size of one such file in megabytes; default 64'),
  row('prediction-log-files', 'NUMBER', 'SLIPWAY_PREDICTION_LOG_FILES', 'how many of these files are kept, the newest; 0: all; default 10'),
  row('prediction-log-rate', 'NUMBER', 'SLIPWAY_PREDICTION_LOG_RATE', 'records a second; more are sampled evenly, and each says at what rate; default 5000'),
  row('unit-key', 'FILE', 'SLIPWAY_UNIT_KEY', 'key for the pseudonyms of units in the prediction log; without it no unit is logged'),
  row('drift-window', 'NUMBER', 'SLIPWAY_DRIFT_WINDOW', 'rows of the sliding window that drift is measured over; default: that of the bundle'),
] as const
export type WatchOptionName = (typeof watchOptionRows)[number]['name']

/** Rows of the window where neither bundle nor command line says. */
export const defaultWindowRows = 2000

/** The words of the options, checked; the file of `--unit-key` is not opened here. */
export type WatchOptions = Omit<ObserverOptions, 'unitKey' | 'tables' | 'windowRows' | 'level'> & { readonly level: LogLevel | null; readonly windowRows: number | null; readonly unitKeyFile: string | null }

/** Reads the options; `text` gives what was said of one. Throws RangeError, whose message is for the operator. */
export function readWatchOptions(text: (name: WatchOptionName) => string | null): WatchOptions {
  const whole = (name: WatchOptionName, least: number, most: number): number | null => {
    const said = text(name)
    if (said === null) return null
    if (!/^\d{1,9}$/.test(said) || Number(said) < least || Number(said) > most) throw new RangeError(`--${name} is “${said}”, but must be a whole number from ${least} to ${most}`)
    return Number(said)
  }
  return {
    level: whole('prediction-log', 0, 2) as LogLevel | null, logFolder: text('prediction-log-dir'),
    logFileBytes: (whole('prediction-log-mb', 1, 10_000) ?? 64) * 1024 * 1024, logFiles: whole('prediction-log-files', 0, 100_000) ?? 10, logRate: whole('prediction-log-rate', 1, 1_000_000) ?? 5000,
    unitKeyFile: text('unit-key'), windowRows: whole('drift-window', 10, 1_000_000),
  }
}

/** What one bundle is observed with. Throws RangeError for level 2 where the bundle allows no column. */
export function observerOptions(options: WatchOptions, monitoring: BundleManifest['monitoring'], unitKey: Buffer | null): ObserverOptions {
  const level = (options.level ?? monitoring?.logLevelDefault ?? 1) as LogLevel
  if (level === 2 && (monitoring?.rawColumns ?? []).length === 0) throw new RangeError('--prediction-log 2 writes values of inputs, and this bundle allows none of its columns; use 1')
  const { logFolder, logFileBytes, logFiles, logRate } = options
  return { level, logFolder, logFileBytes, logFiles, logRate, unitKey, windowRows: options.windowRows ?? monitoring?.windowRows ?? defaultWindowRows }
}
