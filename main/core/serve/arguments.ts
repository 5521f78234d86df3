// The options of the bundle's server, and what it says about options that it cannot take.
import { parseArgs } from 'node:util'
import { NotServed } from './open-bundle.ts'

export const usage = `Verifies and serves this bundle.

  sh bin/run.sh [--host ADDRESS] [--port NUMBER] [--trust KEY]

  --host ADDRESS  address to listen on; default 127.0.0.1, this machine only
  --port NUMBER   port from 0 to 65535, 0 for any free one; default: that of the bundle, 8080
  --trust KEY     public key (PEM) of the publisher; with it, only what that key signed is served

Exit: 0 stopped, 1 tampered or not drained in time, 2 wrong options or no intact bundle, 3 this machine, 4 other golden answers.
`

export interface ServerOptions { readonly host: string; readonly port: number | null; readonly trust: string | null; readonly root: string | null }

function parsed(argv: readonly string[]): { host?: string | undefined; port?: string | undefined; trust?: string | undefined; root?: string | undefined; help?: boolean | undefined } {
  try {
    return parseArgs({ args: [...argv], options: { host: { type: 'string' }, port: { type: 'string' }, trust: { type: 'string' }, root: { type: 'string' }, help: { type: 'boolean', short: 'h' } } }).values
  } catch {
    const strange = argv.find((word) => word.startsWith('-') && !/^(--(host|port|trust|root|help)(=|$)|-h$)/.test(word))
    throw new NotServed(`${strange === undefined ? 'an option lacks its value, or a word belongs to no option' : `there is no option ${strange}`}; the options are --host, --port and --trust (--help says more)`, 2)
  }
}

/** The options, or null when help was asked for. Throws NotServed. */
export function readArguments(argv: readonly string[]): ServerOptions | null {
  const { host, port, trust, root, help } = parsed(argv)
  if (help === true) return null
  if (port !== undefined && (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)) throw new NotServed(`--port is “${port}”, but must be a whole number from 0 to 65535`, 2)
  if (host === '') throw new NotServed('--host is empty, but must be an address such as 127.0.0.1', 2)
  return { host: host ?? '127.0.0.1', port: port === undefined ? null : Number(port), trust: trust ?? null, root: root ?? null }
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
