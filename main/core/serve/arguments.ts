// Reads the options of the bundle's server, from the command line and from its environment, and says what it cannot take.
// Owns the checks of single values; refuses to open any file.
import { isIP } from 'node:net'
import { parseArgs } from 'node:util'
import { NotServed } from './not-served.ts'
import { optionTable, type OptionName, type OptionRow } from './option-table.ts'
import { readWatchOptions, type WatchOptions } from './watch/watch-options.ts'

export interface ServerOptions {
  readonly host: string
  /** null: the bundle's own. */
  readonly port: number | null
  readonly trust: string | null
  /** The bundle's folder; null: the one that the program lies in. */
  readonly root: string | null
  readonly skipVerify: boolean
  readonly state: string | null
  readonly allowDowngrade: boolean
  readonly tokens: string | null
  readonly noAuth: boolean
  readonly openMetrics: boolean
  readonly tls: { readonly cert: string; readonly key: string } | null
  readonly canary: { readonly folder: string; readonly weight: number } | null
  readonly shadow: string | null
  /** What this process is in a rollout over several processes. */
  readonly arm: 'stable' | 'canary'
  readonly watch: WatchOptions
  readonly threads: number | null
  readonly timeoutMs: number
  readonly queue: number
  readonly batchRows: number
  readonly accessLog: boolean
}

type Values = Readonly<Record<string, string | boolean | undefined>>

const refuse = (sentence: string): NotServed => new NotServed(sentence, 2)

function parsed(argv: readonly string[]): Values {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = { root: { type: 'string' }, help: { type: 'boolean', short: 'h' } }
  for (const { name, takes } of optionTable) options[name] = { type: takes === null ? 'boolean' : 'string' }
  // Managed platforms start the container's program with the word “serve”.
  const words = argv[0] === 'serve' ? argv.slice(1) : argv
  try {
    return parseArgs({ args: [...words], options }).values as Values
  } catch {
    const strange = words.find((word) => word.startsWith('-') && word !== '-h' && !Object.keys(options).some((name) => word === `--${name}` || word.startsWith(`--${name}=`)))
    throw refuse(strange === undefined ? 'an option lacks its value, or a word belongs to no option; --help lists the options' : `there is no option ${strange}; --help lists the options`)
  }
}

const switches: Readonly<Record<string, boolean>> = { '1': true, true: true, yes: true, '0': false, false: false, no: false, '': false }

/** What an option says: the command line first, then its variable. */
function said(values: Values, environment: NodeJS.ProcessEnv, name: OptionName): string | undefined {
  const here = values[name]
  if (typeof here === 'string') return here
  const variable = (optionTable as readonly OptionRow[]).find((row) => row.name === name)?.variable ?? null
  const there = variable === null ? undefined : environment[variable]
  return there === undefined || there === '' ? undefined : there
}

function switched(values: Values, environment: NodeJS.ProcessEnv, name: OptionName): boolean {
  if (values[name] === true) return true
  const text = said(values, environment, name)
  if (text === undefined) return false
  const on = switches[text.toLowerCase()]
  if (on === undefined) throw refuse(`the variable for --${name} is “${text}”, but must be 1 or 0`)
  return on
}

function whole(values: Values, environment: NodeJS.ProcessEnv, name: OptionName, least: number, most: number): number | null {
  const text = said(values, environment, name)
  if (text === undefined) return null
  if (!/^\d{1,9}$/.test(text) || Number(text) < least || Number(text) > most) throw refuse(`--${name} is “${text}”, but must be a whole number from ${least} to ${most}`)
  return Number(text)
}

function canaryOf(text: string | undefined): ServerOptions['canary'] {
  if (text === undefined) return null
  const match = /^(.+):(\d+(?:\.\d+)?)$/.exec(text)
  const weight = Number(match?.[2])
  if (match?.[1] === undefined || !(weight >= 0 && weight <= 100)) throw refuse(`--with is “${text}”, but must be a folder, a colon and a weight from 0 to 100, such as ../iris-1.3.0:5`)
  return { folder: match[1], weight }
}

function armOf(text: string | null, beside: ServerOptions['canary']): ServerOptions['arm'] {
  if (text !== null && text !== 'stable' && text !== 'canary') throw refuse(`--arm is “${text}”, but must be stable or canary`)
  if (text === 'canary' && beside !== null) throw refuse('--arm canary says that this process is the canary of another one, so it cannot have one of its own: leave out --arm or --with')
  return text ?? 'stable'
}

function tlsOf(cert: string | undefined, key: string | undefined): ServerOptions['tls'] {
  if (cert === undefined && key === undefined) return null
  if (cert === undefined || key === undefined) throw refuse('--tls-cert and --tls-key belong together; one of them is missing')
  return { cert, key }
}

function watchOf(text: (name: OptionName) => string | null): WatchOptions {
  try {
    return readWatchOptions(text)
  } catch (thrown) {
    throw refuse((thrown as Error).message)
  }
}

/** Whether nobody outside this machine can reach the address. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))

/** The options, or null when help was asked for. Throws NotServed. */
export function readArguments(argv: readonly string[], environment: NodeJS.ProcessEnv = {}): ServerOptions | null {
  const values = parsed(argv)
  if (values['help'] === true) return null
  const text = (name: OptionName): string | null => said(values, environment, name) ?? null
  const flag = (name: OptionName): boolean => switched(values, environment, name)
  const number = (name: OptionName, least: number, most: number): number | null => whole(values, environment, name, least, most)
  if (values['host'] === '') throw refuse('--host is empty, but must be an address such as 127.0.0.1')
  const host = text('host') ?? '127.0.0.1'
  const canary = canaryOf(text('with') ?? undefined)
  const options: ServerOptions = {
    host, port: number('port', 0, 65_535), trust: text('trust'), root: typeof values['root'] === 'string' ? values['root'] : null,
    skipVerify: flag('insecure-skip-verify'), state: text('state'), allowDowngrade: flag('allow-downgrade'),
    tokens: text('tokens'), noAuth: flag('insecure-no-auth'), openMetrics: flag('open-metrics'),
    tls: tlsOf(text('tls-cert') ?? undefined, text('tls-key') ?? undefined),
    canary, shadow: text('shadow'), arm: armOf(text('arm'), canary), watch: watchOf(text),
    threads: number('threads', 1, 1024), timeoutMs: number('timeout', 10, 3_600_000) ?? 30_000, queue: number('queue', 1, 100_000) ?? 256, batchRows: number('batch-rows', 1, 65_536) ?? 256,
    accessLog: flag('access-log'),
  }
  if (!isLoopback(host) && options.tokens === null && !options.noAuth) {
    throw refuse(`${host} can be reached from other machines, and no token is demanded of callers: give --tokens FILE, or --insecure-no-auth where the network lets only known callers in`)
  }
  return options
}

/** Why the server could not listen, in words; other failures as they are. */
export function listenFault(thrown: unknown, host: string, port: number): unknown {
  switch ((thrown as NodeJS.ErrnoException | null)?.code) {
    case 'EADDRINUSE': return new NotServed(`port ${port} on ${host} is in use; choose another one with --port`, 3)
    case 'EACCES': return new NotServed(`port ${port} on ${host} is not allowed for this user; choose one above 1023 with --port`, 3)
    case 'EADDRNOTAVAIL': case 'ENOTFOUND': return new NotServed(`this machine has no address ${host}; choose one with --host`, 3)
    default: return thrown
  }
}
