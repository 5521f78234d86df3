// `slipway identity` and `slipway reviewer`: the own key, and whose answers count here.
import type { Command } from 'commander'
import { writeFile } from 'node:fs/promises'
import type { Identity } from '../../shared/domain/review.ts'
import { formatTime } from '../../shared/format.ts'
import { writeFault } from '../core/core.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { facts, table } from './print.ts'

const kept: Readonly<Record<Identity['kept'], string>> = {
  none: 'there is none yet; make it: slipway identity --make', file: 'a file that only you can read; encrypted when it is made with SLIPWAY_PASSPHRASE', passphrase: 'a file encrypted by your passphrase', locked: 'a file that does not open: SLIPWAY_PASSPHRASE is missing or wrong',
}

/** Registers both commands. */
export function registerReviewer(program: Command): void {
  withExample(program.command('identity').description('Show who this workspace signs as, and write the public key for others to trust.').option('--make', 'make the key when there is none').option('--out <file>', 'write the public key (PEM)'), 'slipway identity --make --out ada.pub.pem')
    .action(async (options: { make?: boolean; out?: string }, command: Command) => withSession(command, async (session) => {
      const found = options.make === true || options.out !== undefined ? await session.client.call('identity.make', {}) : await session.client.call('identity.get', {})
      if (options.out !== undefined && found.publicKey !== null) await writeFile(options.out, found.publicKey, { flag: 'wx' }).catch((thrown: unknown) => { throw writeFault(thrown, `“${options.out ?? ''}”`) })
      session.print(found, () => facts([['Name', found.name], ['Key id', found.keyId ?? 'none'], ['Private key', kept[found.kept]], ...(options.out === undefined ? [] : [['Public key', options.out] as const])]))
    }))
  const reviewer = program.command('reviewer').description('Whose answers to review requests count in this workspace.')
  withExample(reviewer.command('trust').description('Trust a public key under a name.').argument('<name>', 'whose key it is').argument('<key>', 'the public key (PEM); compare its id with the person over another channel'), 'slipway reviewer trust "Ada Lovelace" ada.pub.pem')
    .action(async (name: string, key: string, _options: unknown, command: Command) => withSession(command, async (session) => {
      const trusted = await session.client.call('reviewer.trust', { name, file: await session.admit(key) })
      session.print(trusted, () => facts([['Trusted', trusted.name], ['Key id', trusted.keyId]]))
    }))
  withExample(reviewer.command('distrust').description('Trust a key no more; what was recorded stays.').argument('<reviewer>', 'a name or a key id').option('--reason <text>', 'why'), 'slipway reviewer distrust "Ada Lovelace" --reason "left the team"')
    .action(async (who: string, options: { reason?: string }, command: Command) => withSession(command, async (session) => {
      const left = await session.client.call('reviewer.distrust', { reviewer: who, reason: options.reason ?? '' })
      session.print(left, () => table(['Name', 'Key id', 'Since'], left.map((r) => [r.name, r.keyId, formatTime(r.since)]), [], 'Nobody is trusted now.'))
    }))
  withExample(reviewer.command('list').description('The trusted keys.'), 'slipway reviewer list')
    .action(async (_options: unknown, command: Command) => withSession(command, async (session) => {
      const all = await session.client.call('reviewer.list', {})
      session.print(all, () => table(['Name', 'Key id', 'Since'], all.map((r) => [r.name, r.keyId, formatTime(r.since)]), [], 'Nobody yet. Trust somebody: slipway reviewer trust NAME KEY-FILE'))
    }))
}
