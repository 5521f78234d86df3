// One line per fact: the last ones in memory, and what went wrong also in a file of the workspace.
// Plain facts stay in memory, so that a question or a refusal leaves no trace on the disk.
import { appendFileSync, renameSync, statSync } from 'node:fs'

export interface Log {
  fact(what: string, details?: Readonly<Record<string, unknown>>): void
  /** Something that a maintainer should see: goes to the file as well. */
  warning(what: string, details?: Readonly<Record<string, unknown>>): void
  /** A mistake of ours, with its stack. */
  bug(thrown: unknown, where: string): void
  /** The newest lines, oldest first. */
  recent(): readonly string[]
}

const kept = 500
const largestFile = 1_000_000

function append(path: string, line: string): void {
  try {
    try { if (statSync(path).size > largestFile) renameSync(path, `${path}.1`) } catch { /* there is no file yet */ }
    appendFileSync(path, `${line}\n`)
  } catch { /* a full or read-only disk must not turn a warning into a failure */ }
}

export function openLog(path: string, clock: () => number): Log {
  const lines: string[] = []
  const write = (level: string, what: string, details: Readonly<Record<string, unknown>>, toFile: boolean): void => {
    const line = JSON.stringify({ at: new Date(clock()).toISOString(), level, what, ...details })
    lines.push(line)
    if (lines.length > kept) lines.shift()
    if (toFile) append(path, line)
  }
  return {
    fact: (what, details = {}) => write('fact', what, details, false),
    warning: (what, details = {}) => write('warning', what, details, true),
    bug: (thrown, where) => write('bug', thrown instanceof Error ? thrown.message : String(thrown), { where, stack: thrown instanceof Error ? thrown.stack : undefined }, true),
    recent: () => [...lines],
  }
}
