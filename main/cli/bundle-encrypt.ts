// `slipway bundle-encrypt`: a bundle encrypted for those who may read it, in the age format.
import type { Command } from 'commander'
import { formatBytes, formatPlural } from '../../shared/format.ts'
import { shellWord } from '../../shared/slug.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { repeated } from './preflight.ts'
import { facts } from './print.ts'

/** Registers the command. */
export function registerBundleEncrypt(program: Command): void {
  withExample(program.command('bundle-encrypt').description('Encrypt a bundle for its recipients in the age format, after checking that it is intact. The bundle itself stays.')
    .argument('<bundle>', 'the archive').requiredOption('--to <recipient>', 'an age recipient (age1…), as age-keygen prints it; may be repeated', repeated).requiredOption('--out <path>', 'the file to write, or a folder'), 'slipway bundle-encrypt income-2.0.0.mlbundle.zip --to age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p --out ./sealed.age')
    .action(async (file: string, options: { readonly to: string[]; readonly out: string }, command: Command) => withSession(command, async (session) => {
      const made = await session.job('bundle.encrypt', { file: await session.admit(file), destination: await session.admit(options.out, 'write'), recipients: options.to })
      session.print(made, () => facts([['Encrypted', made.fileName], ['Size', formatBytes(made.bytes)], ['For', formatPlural(made.recipients, 'recipient')], ['Open', `age --decrypt --identity KEY --output bundle.zip ${shellWord(made.fileName)}, then verify bundle.zip`]]))
    }))
}
