// What one row of the error table is. Owns no words; the rows are in error-table.ts and in the files that it spreads.

/** Where the user sees the error: at the field, beside the action, on the job, or across the whole window. */
export type ErrorPlace = 'field' | 'inline' | 'job' | 'window'

/** Process exit codes of the command line: 1 the check said no, 2 your input, 3 your machine, 4 the engine, 5 us. */
export type ExitCode = 1 | 2 | 3 | 4 | 5

export interface ErrorEntry<D> {
  readonly title: string
  readonly place: ErrorPlace
  readonly exit: ExitCode
  /** Whether trying the very same thing again can help. */
  readonly retry: boolean
  readonly say: (d: D) => string
  readonly next: string | ((d: D) => string)
  /** What to type on the command line, which alone shows it after `next`. */
  readonly commandLine?: string | ((d: D) => string)
}

export const entry = <D>(e: ErrorEntry<D>): ErrorEntry<D> => e
export type None = Record<string, never>
