// What the operator typed behind bin/install.sh, bin/canary.sh and bin/rollback.sh, read and checked before anything is touched.
// Owns the options; refuses an option that does not exist, a change without a reason, a share that is no percentage.
import { parseArgs } from 'node:util'
import { NotReleased } from './home.ts'

interface Places { readonly home: string | null; readonly why: string; readonly wait: number; readonly withoutSystemd: boolean }

export type ReleaseWords = Places & (
  | { readonly verb: 'install'; readonly trust: string; readonly percent: number | null }
  | { readonly verb: 'canary'; readonly percent: number }
  | { readonly verb: 'promote' }
  | { readonly verb: 'rollback'; readonly to: string | null }
)

const options = { home: { type: 'string' }, trust: { type: 'string' }, why: { type: 'string' }, canary: { type: 'string' }, to: { type: 'string' }, wait: { type: 'string' }, 'without-systemd': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const

const percentOf = (text: string): number => {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 100) throw new NotReleased(`“${text}” is no percentage from 0 to 100`, 2)
  return Number(text)
}

function parsed(argv: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true })
  } catch (thrown) {
    throw new NotReleased((thrown as Error).message, 2)
  }
}

/** The words, the verb first; null: help was asked for, or nothing was said. Throws NotReleased with exit 2. */
export function readReleaseWords(argv: readonly string[]): ReleaseWords | null {
  const { values, positionals: [verb, word] } = parsed(argv)
  if (values.help === true || verb === undefined) return null
  const why = values.why ?? ''
  if (why.trim() === '') throw new NotReleased('say why, in words that the next person on duty understands: --why TEXT', 2)
  const wait = values.wait ?? '120'
  if (!/^\d{1,5}$/.test(wait)) throw new NotReleased(`--wait is “${wait}”, but must be a whole number of seconds`, 2)
  const places = { home: values.home ?? null, why, wait: Number(wait), withoutSystemd: values['without-systemd'] === true }
  if (verb === 'install') {
    if (values.trust === undefined) throw new NotReleased('say whose bundle it must be: --trust KEY, the publisher’s public key', 2)
    return { verb, ...places, trust: values.trust, percent: values.canary === undefined ? null : percentOf(values.canary) }
  }
  if (verb === 'rollback') return { verb, ...places, to: values.to ?? null }
  if (verb === 'canary' && word === 'promote') return { verb: 'promote', ...places }
  if (verb === 'canary' && word !== undefined) return { verb, ...places, percent: percentOf(word) }
  throw new NotReleased('what to do? --help says what there is', 2)
}
