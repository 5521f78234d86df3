// `slipway pack`: one model with its versions, runs, decisions and record in one file, for another workspace.
import type { Command } from 'commander'
import { SlipwayError } from '../../shared/errors.ts'
import type { PackPreview } from '../../shared/domain/pack.ts'
import { formatBytes, formatCount } from '../../shared/format.ts'
import { shellWord } from '../../shared/slug.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { facts } from './print.ts'

interface PackOptions { readonly out?: string; readonly withoutPersonal?: boolean; readonly preview?: boolean }

const preview = (found: PackPreview, withoutPersonal: boolean): string => facts([
  ['Model', found.modelName], ['Versions', formatCount(found.versions)], ['Runs', formatCount(found.runs)], ['Events', formatCount(found.events)], ['Stored files', formatCount(found.files)],
  ...found.notes.map((note) => ['Note', note] as const),
  ...(found.personal.length > 0 && !withoutPersonal ? [['Refused', `without “--without-personal”, since ${found.personal.join(', ')} ${found.personal.length === 1 ? 'is' : 'are'} flagged personal`] as const] : []),
])

/** Registers the command. */
export function registerPack(program: Command): void {
  withExample(program.command('pack').description('Write one model with all its history into one file, for another workspace. Data sets travel as records only.')
    .argument('<model>', 'a model').option('--out <file>', 'the file to write').option('--without-personal', 'leave runs on data that is flagged personal here, with all that was made from them; without it such a history is refused').option('--preview', 'only say what would travel and what would stay'), 'slipway pack income --out income.pack.zip')
    .action(async (name: string, options: PackOptions, command: Command) => withSession(command, async (session) => {
      const model = (await session.client.call('model.list', { archived: true })).find((m) => m.id === name || m.name.toLowerCase() === name.toLowerCase())
      if (model === undefined) throw new SlipwayError('input.unknownId', { what: 'model', id: name })
      const withoutPersonal = options.withoutPersonal === true
      if (options.preview === true) { const found = await session.client.call('model.packPreview', { modelId: model.id, withoutPersonal }); session.print(found, () => preview(found, withoutPersonal)); return }
      if (options.out === undefined) throw new SlipwayError('input.invalid', { reason: '“--out <file>” is wanted, or “--preview”' })
      const made = await session.job('model.pack', { modelId: model.id, file: await session.admit(options.out, 'write'), withoutPersonal })
      session.print(made, () => facts([
        ['File', made.fileName], ['Size', formatBytes(made.bytes)], ['SHA-256', made.sha256], ['Versions', formatCount(made.versions)], ['Runs', formatCount(made.runs)], ['Events', formatCount(made.events)],
        ...made.notes.map((note) => ['Note', note] as const), ['Bring in', `slipway --workspace FOLDER unpack ${shellWord(made.fileName)}`],
      ]))
    }))
}
