// `slipway history`: models and their versions, or the record of what happened.
import type { Command } from 'commander'
import { formatBytes } from '../../shared/format.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { withSession, type CliSession } from './open-session.ts'
import { heading, table, when } from './print.ts'

async function modelHistory(session: CliSession, name: string): Promise<void> {
  const models = await session.client.call('model.list', { archived: true })
  const model = models.find((m) => m.name.toLowerCase() === name.toLowerCase() || m.id === name)
  if (model === undefined) throw new SlipwayError('input.unknownId', { what: 'model', id: name })
  const detail = await session.client.call('model.get', { modelId: model.id })
  session.print(detail, () => [
    heading('Versions'), table(['Version', 'Size', 'SHA-256', 'Note', 'Imported'], detail.versions.map((v) => [`${v.modelName}@${v.number}`, formatBytes(v.bytes), v.sha256.slice(0, 16), v.note, when(v.createdAt)]), [1]),
    heading('Runs'), table(['Run', 'Version', 'Data', 'Status', 'Headline', 'When'], detail.runs.map((r) => [
      r.id, `@${r.versionNumber}`, r.datasetName, r.status, r.headline === null ? '' : `${r.headline.metric} ${r.headline.value === null ? 'n/a' : r.headline.value.toFixed(4)}`, when(r.createdAt),
    ])),
    heading('Bundles'), table(['Bundle', 'Version', 'Root digest', 'Exported'], detail.bundles.map((b) => [b.fileName, b.version, b.rootDigest.slice(0, 16), when(b.createdAt)])),
  ].join('\n'))
}

/** Registers the command. */
export function registerHistory(program: Command): void {
  program.command('history').description('Show the versions, runs and bundles of a model, or the record of the workspace.')
    .argument('[model]', 'a model; absent: everything that happened, newest first').option('--limit <count>', 'how many lines', '50')
    .addHelpText('after', '\nExample:\n  slipway history income\n')
    .action(async (model: string | undefined, options: { limit: string }, command: Command) => withSession(command, async (session) => {
      if (model !== undefined) return modelHistory(session, model)
      const events = await session.client.call('history.list', { limit: Math.min(1000, Math.max(1, Number.parseInt(options.limit, 10) || 50)) })
      session.print(events, () => table(['When', 'What', 'Sentence'], events.map((e) => [when(e.at), e.verb, e.sentence])))
    }))
}
