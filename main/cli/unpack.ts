// `slipway unpack`: brings a packed model with its history into this workspace.
import type { Command } from 'commander'
import { formatCount } from '../../shared/format.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { facts } from './print.ts'

/** Registers the command. */
export function registerUnpack(program: Command): void {
  withExample(program.command('unpack').description('Bring a packed model with all its history into this workspace. What is here already is not added twice.')
    .argument('<file>', 'a file that slipway pack wrote').option('--name <name>', 'the model’s name here; absent: its own'), 'slipway unpack income.pack.zip')
    .action(async (file: string, options: { readonly name?: string }, command: Command) => withSession(command, async (session) => {
      const report = await session.job('model.unpack', { file: await session.admit(file), ...(options.name === undefined ? {} : { name: options.name }) })
      session.print(report, () => facts([
        ['Model', report.modelName], ['Versions', formatCount(report.versions)], ['Runs', formatCount(report.runs)], ['New here', `${formatCount(report.added)} records`], ['Here before', `${formatCount(report.known)} records`],
        ...report.notes.map((note) => ['Note', note] as const),
      ]))
    }))
}
