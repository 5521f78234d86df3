// `slipway history`: models and their versions, or the record of what happened.
import type { Command } from 'commander'
import type { SlipwayContract } from '../../shared/contract.ts'
import type { OutputOf } from '../../shared/contract-kit.ts'
import { stateName } from '../../shared/domain/life.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatBytes, formatTime, shortHash } from '../../shared/format.ts'
import { withExample } from './example.ts'
import { wholeNumber } from './number-option.ts'
import { withSession, type CliSession } from './open-session.ts'
import { sections, table } from './print.ts'
import { headlineText } from './runs.ts'

const most = 1000

function describe(detail: OutputOf<SlipwayContract['model.get']>, limit: number): string {
  const { versions, runs, bundles } = detail
  const name = detail.model.name
  const newest = [...runs].sort((a, b) => b.createdAt - a.createdAt)
  return sections(
    { title: 'Versions', body: table(['Version', 'State', 'Aliases', 'Size', 'SHA-256', 'Imported', 'Note'], versions.map((v) => [`${v.modelName}@${v.number}`, stateName(v.state ?? 'draft'), (v.aliases ?? []).join(', '), formatBytes(v.bytes), shortHash(v.sha256), formatTime(v.createdAt), v.note]), [3]) },
    { title: newest.length > limit ? `Runs (the newest ${limit} of ${newest.length})` : 'Runs', body: table(['Run', 'Version', 'Data', 'Status', 'Result', 'When'], newest.slice(0, limit).map((r) => [
      r.id, `@${r.versionNumber}`, r.datasetName, r.status, headlineText(r), formatTime(r.createdAt),
    ]), [], `No run yet. Make one: slipway evaluate ${name} --data test.csv --target label`) },
    { title: 'Bundles', body: table(['Bundle', 'Version', 'Root digest', 'Exported'], bundles.map((b) => [b.fileName, b.version, shortHash(b.rootDigest), formatTime(b.createdAt)]), [], `No bundle yet. Once the gate is passed: slipway export ${name} --out ./bundles`) },
  )
}

async function modelHistory(session: CliSession, name: string, limit: number): Promise<void> {
  const models = await session.client.call('model.list', { archived: true })
  const model = models.find((m) => m.name.toLowerCase() === name.toLowerCase() || m.id === name)
  if (model === undefined) throw new SlipwayError('input.unknownId', { what: 'model', id: name })
  const detail = await session.client.call('model.get', { modelId: model.id })
  session.print(detail, () => describe(detail, limit))
}

/** Registers the command. */
export function registerHistory(program: Command): void {
  withExample(program.command('history').description('Show the versions, runs and bundles of a model, or the record of the workspace.')
    .argument('[model]', 'a model; absent: everything that happened, newest first').option('--limit <count>', 'how many lines', '50'), 'slipway history income')
    .action(async (model: string | undefined, options: { limit: string }, command: Command) => withSession(command, async (session) => {
      const limit = wholeNumber('--limit', options.limit, { least: 1, most }) ?? most
      if (model !== undefined) return modelHistory(session, model, limit)
      const events = await session.client.call('history.list', { limit })
      session.print(events, () => table(['When', 'Who', 'What', 'Sentence'], events.map((e) => [formatTime(e.at), e.who?.name ?? 'unknown', e.verb, e.why === null ? e.sentence : `${e.sentence} Why: ${e.why}`]), [], 'Nothing has happened in this workspace yet. Begin with: slipway import model.onnx'))
    }))
}
