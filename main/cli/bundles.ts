// `slipway bundles`: every exported bundle, what it is for, and whether its file is still there.
import type { Command } from 'commander'
import type { BundleOverview } from '../../shared/domain/bundle-overview.ts'
import { formatBytes, formatTime } from '../../shared/format.ts'
import { targetTitle } from '../../shared/preflight/target-words.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { table } from './print.ts'
import { model } from './references.ts'

const places: Readonly<Record<BundleOverview['place'], string>> = { there: 'in place', changed: 'file changed', gone: 'file moved or gone' }

/** Registers the command. */
export function registerBundles(program: Command): void {
  withExample(program.command('bundles').description('List exported bundles, newest first: what they are for and whether the file is still where it was written to.').argument('[model]', 'a model’s name or id; absent: all'), 'slipway bundles income')
    .action(async (name: string | undefined, _: unknown, command: Command) => withSession(command, async (session) => {
      const found = await session.client.call('bundle.overview', name === undefined ? {} : { modelId: (await model(session, name)).id })
      session.print(found, () => table(['Bundle', 'Id', 'From', 'Serial', 'Targets', 'Size', 'File', 'Exported'], found.map((b) => [
        b.fileName, b.id, `${b.modelName}@${b.versionNumber}`, String(b.serial), b.targets.length === 0 ? 'not recorded' : b.targets.map(targetTitle).join(' · '), formatBytes(b.bytes), places[b.place], formatTime(b.createdAt),
      ]), [3], 'Nothing has been exported yet.'))
    }))
}
