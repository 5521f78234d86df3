// The options of bin/feedback.mjs. Refuses an option that does not exist.
import { parseArgs } from 'node:util'

const options = { since: { type: 'string' }, until: { type: 'string' }, to: { type: 'string' }, log: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h' } } as const

export const readPackWords = (argv: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>> => parseArgs({ args: [...argv], options, allowPositionals: true })
