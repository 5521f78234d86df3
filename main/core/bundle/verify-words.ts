// The options of bin/verify.mjs. Refuses an option that does not exist.
import { parseArgs } from 'node:util'

const options = { trust: { type: 'string' }, 'require-approvals': { type: 'string' }, 'last-serial': { type: 'string' }, state: { type: 'string' }, strict: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } as const

export const readVerifyWords = (argv: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>> => parseArgs({ args: [...argv], options, allowPositionals: true })
