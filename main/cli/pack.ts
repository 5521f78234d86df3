// `slipway pack`: one model with its versions, runs, decisions and record in one file, for another workspace.
import type { Command } from 'commander'
import { SlipwayError } from '../../shared/errors.ts'
import { formatBytes, formatCount } from '../../shared/format.ts'
import { shellWord } from '../../shared/slug.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { facts } from './print.ts'

/** Registers the command. */
export function registerPack(program: Command): void {
  withExample(program.command('pack').description('Write one model with all its history into one file, for another workspace. Data sets travel as records only.')
    .argument('<model>', 'a model').requiredOption('--out <file>', 'the file to write'), 'slipway pack income --out income.pack.zip')
    .action(async (name: string, options: { readonly out: string }, command: Command) => withSession(command, async (session) => {
      const model = (await session.client.call('model.list', { archived: true })).find((m) => m.id === name || m.name.toLowerCase() === name.toLowerCase())
      if (model === undefined) throw new SlipwayError('input.unknownId', { what: 'model', id: name })
      const made = await session.job('model.pack', { modelId: model.id, file: await session.admit(options.out, 'write') })
      session.print(made, () => facts([
        ['File', made.fileName], ['Size', formatBytes(made.bytes)], ['SHA-256', made.sha256], ['Versions', formatCount(made.versions)], ['Runs', formatCount(made.runs)], ['Events', formatCount(made.events)],
        ...made.notes.map((note) => ['Note', note] as const), ['Bring in', `slipway --workspace FOLDER unpack ${shellWord(made.fileName)}`],
      ]))
    }))
}
