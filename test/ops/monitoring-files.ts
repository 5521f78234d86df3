// The monitoring files of the iris bundle in a folder, and Debian's programs that judge them.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { BundleFacts } from '../../main/core/bundle/facts.ts'
import { planWatch } from '../../main/core/bundle/watch/plan-watch.ts'

export interface Answer { readonly code: number | null; readonly text: string }

/** Runs a program; a program that is not there is an error, never a pass. */
export function run(program: string, args: readonly string[], input = ''): Answer {
  const answer = spawnSync(program, args, { encoding: 'utf8', input, timeout: 60_000 })
  if (answer.error !== undefined) throw answer.error
  return { code: answer.status, text: `${answer.stdout}${answer.stderr}` }
}

/** Writes what is planned below `folder`; returns the texts by path. */
export function writeMonitoring(folder: string, facts: BundleFacts): ReadonlyMap<string, string> {
  const files = new Map(planWatch(facts, 'key').map((f) => [f.path, f.text ?? '']))
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return files
}
