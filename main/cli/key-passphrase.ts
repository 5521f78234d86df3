// The passphrase of the private key on the command line: a new key asks for one twice on a terminal; without a terminal it is told how to give one.
// Owns no key. Refuses to show what is typed, and to take an empty passphrase for none.
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { SlipwayError } from '../../shared/errors.ts'
import type { CliSession } from './open-session.ts'

const silent = (): Writable => new Writable({ write(_chunk, _encoding, done) { done() } })

/** One line from the terminal that is not shown. Ctrl-C and the end of input stop the command. */
function hidden(question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: process.stdin, output: silent(), terminal: true, historySize: 0 })
    // Only now, when the terminal shows nothing any more.
    process.stderr.write(question)
    let answered = false
    const end = (finish: () => void): void => { answered = true; lines.close(); process.stderr.write('\n'); finish() }
    lines.once('line', (line) => end(() => resolve(line)))
    lines.once('SIGINT', () => end(() => reject(new SlipwayError('job.cancelled', {}))))
    lines.once('close', () => { if (!answered) { process.stderr.write('\n'); reject(new SlipwayError('job.cancelled', {})) } })
  })
}

const tries = 3

/** Asked twice, until both are the same. Errors: `input.invalid`, `job.cancelled`. */
async function newPassphrase(): Promise<string> {
  process.stderr.write('This workspace has no private key yet; it is made now. Its passphrase encrypts it on the disk, and nobody can recover it.\n')
  for (let i = 0; i < tries; i++) {
    const first = await hidden('New passphrase: ')
    if (first === '') throw new SlipwayError('input.invalid', { reason: 'the passphrase is empty; a key without one is made by “slipway identity --make --no-passphrase”' })
    if (await hidden('Once more: ') === first) return first
    process.stderr.write('They differ. Try again.\n')
  }
  throw new SlipwayError('input.invalid', { reason: `the passphrases differed ${tries} times` })
}

const onTerminal = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true

/**
 * To be called before anything that signs. SLIPWAY_PASSPHRASE goes before every question; what is typed stands in its place for this process.
 * `none`: the user said that a new key needs no passphrase. Errors: `input.invalid`, `job.cancelled`.
 */
export async function readyKey(session: CliSession, none = false): Promise<void> {
  if (process.env['SLIPWAY_PASSPHRASE'] !== undefined) return
  const { kept } = await session.client.call('identity.get', {})
  if (kept === 'locked' && onTerminal()) process.env['SLIPWAY_PASSPHRASE'] = await hidden('Passphrase of this workspace’s key: ')
  if (kept !== 'none' || none) return
  if (onTerminal()) process.env['SLIPWAY_PASSPHRASE'] = await newPassphrase()
  else session.advise('A new private key is kept without a passphrase, in a file that only you can read. To encrypt it, set SLIPWAY_PASSPHRASE before it is made; “slipway identity --make --no-passphrase” makes one without, and without this line.')
}
