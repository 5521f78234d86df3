// Contract key -> what answers it. The compiler proves that no key is missing; the tags of every command are told from here.
import { contract, type SlipwayContract } from '../../shared/contract.ts'
import type { CallContext, Handlers } from '../../shared/contract-kit.ts'
import { commandHandlers } from './command-handlers.ts'
import { jobHandlers } from './job-handlers.ts'
import type { Parts } from './parts.ts'
import { queryHandlers } from './query-handlers.ts'

/** Jobs that leave a line in the record, or touch things elsewhere, but serve where nothing can be written. */
const readingJobs: readonly string[] = ['audit.verify', 'audit.export', 'workspace.backup']
/** Commands that write nothing into the workspace, or do without it: a request for review can be looked at anywhere, an answer is refused by the store. */
const readingCommands: readonly string[] = ['job.cancel', 'job.pause', 'review.open', 'review.take']

/** Where nothing can be written, verbs that would are refused before they begin. */
function reading(parts: Parts, handlers: Handlers<SlipwayContract>): Handlers<SlipwayContract> {
  const { readOnly } = parts
  if (readOnly === null) return handlers
  const reads = (key: string): boolean => {
    const entry = contract[key as keyof SlipwayContract]
    return entry.kind === 'query' || entry.touches.length === 0 || key.startsWith('shell.') || (entry.kind === 'job' ? readingJobs : readingCommands).includes(key)
  }
  return Object.fromEntries(Object.entries(handlers).map(([key, answer]) => [key, reads(key) ? answer : () => { throw readOnly }])) as Handlers<SlipwayContract>
}

type Answer = (input: never, context: CallContext<never>) => unknown

/** After a command has answered, everybody learns what it made stale. */
function telling(parts: Parts, handlers: Handlers<SlipwayContract>): Handlers<SlipwayContract> {
  const told = Object.entries<Answer>(handlers).map(([key, answer]) => {
    const entry = contract[key as keyof SlipwayContract]
    if (entry.kind !== 'command' || entry.touches.length === 0) return [key, answer]
    return [key, async (input: never, context: CallContext<never>) => {
      const value = await answer(input, context)
      parts.changed(entry.touches)
      return value
    }]
  })
  return Object.fromEntries(told) as Handlers<SlipwayContract>
}

/** One function for every question of the contract. */
export function makeHandlers(parts: Parts): Handlers<SlipwayContract> {
  return reading(parts, telling(parts, { ...queryHandlers(parts), ...commandHandlers(parts), ...jobHandlers(parts) }))
}
