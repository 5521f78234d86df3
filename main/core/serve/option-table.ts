// Every option of the bundle's server in one table: its name, its environment variable, what it takes, and what --help says.
// Owns the words; refuses to read a value (`arguments.ts` does). A new option is one line here.
import { watchOptionRows } from './watch/watch-options.ts'

export interface OptionRow {
  readonly name: string
  /** What the option takes, in capitals; null: it is a switch. */
  readonly takes: string | null
  /** The environment variable that says the same; an option on the command line wins. Null: the command line alone. */
  readonly variable: string | null
  /** May be given several times. */
  readonly repeats?: true
  readonly words: string
}

const row = (name: string, takes: string | null, variable: string | null, words: string): OptionRow => ({ name, takes, variable, words })

export const optionTable = [
  row('host', 'ADDRESS', 'SLIPWAY_HOST', 'address to listen on; default 127.0.0.1, this machine only'),
  row('port', 'NUMBER', 'SLIPWAY_PORT', 'port from 0 to 65535, 0 for any free one; default: that of the bundle, 8080'),
  row('trust', 'KEY', 'SLIPWAY_TRUST', 'public key (PEM) of the publisher; with it, only what that key signed is served'),
  row('insecure-skip-verify', null, null, 'serve without checking hashes and signature; the metric model_bundle_verified is 0 then'),
  row('state', 'FOLDER', 'SLIPWAY_STATE', 'folder that remembers the newest serial number served; an older bundle is refused then'),
  row('allow-downgrade', null, 'SLIPWAY_ALLOW_DOWNGRADE', 'serve an older bundle all the same, and say so in the log'),
  row('tokens', 'FILE', 'SLIPWAY_TOKENS', 'bearer tokens, one a line, in clear or as sha256:HEX; every request but health needs one'),
  row('insecure-no-auth', null, 'SLIPWAY_INSECURE_NO_AUTH', 'listen beyond this machine without tokens; for networks that let only known callers in'),
  row('open-metrics', null, 'SLIPWAY_OPEN_METRICS', '/metrics without a token, also when the other routes need one'),
  row('tls-cert', 'FILE', 'SLIPWAY_TLS_CERT', 'certificate chain (PEM); with --tls-key the server speaks HTTPS only'),
  row('tls-key', 'FILE', 'SLIPWAY_TLS_KEY', 'private key (PEM) of that certificate'),
  row('with', 'FOLDER:WEIGHT', null, 'a second bundle beside this one that gets WEIGHT percent of the callers (canary)'),
  row('arm', 'NAME', 'SLIPWAY_ARM', 'what this process is where another one serves beside it: stable or canary; its records say so; default stable'),
  row('shadow', 'FOLDER', null, 'a bundle that gets a copy of every request; its answers are compared, counted and dropped'),
  row('threads', 'NUMBER', 'SLIPWAY_THREADS', 'threads inside one run of the model; default: one a processor core'),
  row('timeout', 'MS', 'SLIPWAY_TIMEOUT', 'longest time of one request in milliseconds; then it is answered with 504; default 30000'),
  row('queue', 'NUMBER', 'SLIPWAY_QUEUE', 'requests that may wait; beyond it they are answered with 429; default 256'),
  row('batch-rows', 'NUMBER', 'SLIPWAY_BATCH_ROWS', 'most rows of several requests that run together; 1: each request alone; default 256'),
  ...watchOptionRows,
  row('access-log', null, 'SLIPWAY_ACCESS_LOG', 'one log line for every request; else only for those that fail'),
] as const satisfies readonly OptionRow[]

export type OptionName = (typeof optionTable)[number]['name']

const wide = 28

function optionLines(): string {
  return optionTable.map(({ name, takes, words }) => {
    const head = `  --${name}${takes === null ? '' : ` ${takes}`}`
    return head.length < wide ? `${head.padEnd(wide)}${words}` : `${head}\n${' '.repeat(wide)}${words}`
  }).join('\n')
}

const variableLine = (): string => optionTable.flatMap(({ variable }) => (variable === null ? [] : [variable])).join(', ')

export const usage = `Verifies and serves this bundle.

  sh bin/run.sh [OPTIONS]

${optionLines()}

The same by environment variables, where an option is not given (switches: 1 or 0):
${variableLine().replace(/(.{1,100})(, |$)/g, '  $1\n')}
Beyond this machine (any --host but 127.0.0.0/8, ::1 and localhost) it listens only with --tokens or --insecure-no-auth.
Signals: SIGTERM and SIGINT end it after the requests under way; SIGHUP reads tokens and certificate again.
Exit: 0 stopped, 1 tampered or not drained in time, 2 wrong options or no intact bundle, 3 this machine, 4 other golden answers, 5 older than what was served.
`
