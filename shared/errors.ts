// SlipwayError: a code of the closed table, with details; and its plain form that crosses ports.
// The words live in error-table.ts alone.
import type { ErrorEntry, ExitCode } from './error-entry.ts'
import { errorTable } from './error-table.ts'

export type ErrorCode = keyof typeof errorTable
export type ErrorDetails<C extends ErrorCode> = (typeof errorTable)[C] extends ErrorEntry<infer D> ? D : never

/** An error as plain data: what crosses a port, is stored with a run and is printed by `--json`. */
export interface ErrorPlain {
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>
  readonly title: string
  readonly message: string
  readonly next: string
}

const erased = (code: ErrorCode): ErrorEntry<Record<string, unknown>> => errorTable[code] as unknown as ErrorEntry<Record<string, unknown>>

/** An expected failure: a code of the table and its details. The sentence is built from the table alone. */
export class SlipwayError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C
  readonly details: ErrorDetails<C>

  constructor(code: C, details: ErrorDetails<C>) {
    super(erased(code).say(details as Record<string, unknown>))
    this.name = 'SlipwayError'
    this.code = code
    this.details = details
  }

  get title(): string { return errorTable[this.code].title }
  get exit(): ExitCode { return errorTable[this.code].exit }
  get next(): string {
    return this.#words(erased(this.code).next)
  }
  /** What to type on the command line; empty where the words of `next` are enough. */
  get commandLine(): string { return this.#words(erased(this.code).commandLine ?? '') }

  #words(words: string | ((d: Record<string, unknown>) => string)): string {
    return typeof words === 'function' ? words(this.details as Record<string, unknown>) : words
  }

  toPlain(): ErrorPlain {
    return { code: this.code, details: this.details as Record<string, unknown>, title: this.title, message: this.message, next: this.next }
  }
}

export const isErrorCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(errorTable, code)

/** Any thrown value as a SlipwayError; what is not one already becomes `internal.bug` with its message only, never its stack. */
export function asSlipwayError(thrown: unknown): SlipwayError {
  if (thrown instanceof SlipwayError) return thrown as SlipwayError
  const reason = thrown instanceof Error ? thrown.message : String(thrown)
  return new SlipwayError('internal.bug', { reason }) as SlipwayError
}

/** Rebuilds an error that crossed a port. The words come from this side's table, so a peer cannot make up sentences. */
export function fromPlain(plain: unknown): SlipwayError {
  if (typeof plain === 'object' && plain !== null && 'code' in plain && isErrorCode(plain.code)) {
    const details = 'details' in plain && typeof plain.details === 'object' && plain.details !== null ? plain.details : {}
    return new SlipwayError(plain.code, details as never) as SlipwayError
  }
  return new SlipwayError('transport.badMessage', { reason: 'an error arrived without a known code' }) as SlipwayError
}
