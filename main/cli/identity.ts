// `slipway identity`: who this workspace signs as, and the public key for others to trust.
import type { Command } from 'commander'
import { writeFile } from 'node:fs/promises'
import type { Identity } from '../../shared/domain/review.ts'
import { writeFault } from '../core/core.ts'
import { withExample } from './example.ts'
import { readyKey } from './key-passphrase.ts'
import { withSession } from './open-session.ts'
import { facts } from './print.ts'

const kept: Readonly<Record<Identity['kept'], string>> = {
  none: 'there is none yet; make it: slipway identity --make', file: 'a file that only you can read; encrypted when it is made with SLIPWAY_PASSPHRASE', passphrase: 'a file encrypted by your passphrase', system: 'a file encrypted by a passphrase that the operating system’s key store keeps', locked: 'a file that does not open: SLIPWAY_PASSPHRASE is missing or wrong',
}

/** Registers the command. */
export function registerIdentity(program: Command): void {
  withExample(program.command('identity').description('Show who this workspace signs as, and write the public key for others to trust.').option('--make', 'make the key when there is none').option('--no-passphrase', 'make the key without a passphrase; otherwise a new key asks for one twice, or takes SLIPWAY_PASSPHRASE').option('--out <file>', 'write the public key (PEM)'), 'slipway identity --make --out ada.pub.pem')
    .action(async (options: { make?: boolean; out?: string; passphrase: boolean }, command: Command) => withSession(command, async (session) => {
      const makes = options.make === true || options.out !== undefined
      if (makes) await readyKey(session, !options.passphrase)
      const found = makes ? await session.client.call('identity.make', {}) : await session.client.call('identity.get', {})
      if (options.out !== undefined && found.publicKey !== null) await writeFile(options.out, found.publicKey, { flag: 'wx' }).catch((thrown: unknown) => { throw writeFault(thrown, `“${options.out ?? ''}”`) })
      session.print(found, () => facts([['Name', found.name], ['Key id', found.keyId ?? 'none'], ['Private key', kept[found.kept]], ...(options.out === undefined ? [] : [['Public key', options.out] as const])]))
    }))
}
