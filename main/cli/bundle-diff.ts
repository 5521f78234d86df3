// `slipway bundle-diff`: what differs between two bundles: model, inputs and outputs, decision, numbers, targets, files.
import type { Command } from 'commander'
import type { BundleDifference, BundleOverview } from '../../shared/domain/bundle-overview.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatBytes, formatDelta } from '../../shared/format.ts'
import type { BundleId } from '../../shared/ids.ts'
import { metricName } from '../../shared/metrics/catalogue.ts'
import { metricText } from '../../shared/metrics/metric-text.ts'
import { withExample } from './example.ts'
import { withSession, type CliSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'

interface Options { readonly all?: boolean }

/** A bundle by its id, its file’s name, or `name@release`. Errors: `input.unknownId`, `input.ambiguous`. */
async function bundleOf(all: readonly BundleOverview[], text: string): Promise<BundleId> {
  const found = all.filter((b) => b.id === text || b.fileName === text || `${b.name}@${b.version}` === text)
  if (found.length === 0) throw new SlipwayError('input.unknownId', { what: 'bundle', id: text })
  if (found.length > 1) throw new SlipwayError('input.ambiguous', { what: 'bundle', id: text, matches: found.map((b) => b.id).join(', ') })
  return found[0]!.id
}

/** The one that was given, and its predecessor where only one was. */
async function pairOf(session: CliSession, first: string, second: string | undefined): Promise<{ left: BundleId; right: BundleId }> {
  const all = await session.client.call('bundle.overview', {})
  const given = await bundleOf(all, first)
  if (second !== undefined) return { left: given, right: await bundleOf(all, second) }
  const before = all.find((b) => b.id === given)?.previousId ?? null
  if (before === null) throw new SlipwayError('input.invalid', { reason: `there is no bundle before “${first}” to compare it with; name two` })
  return { left: before, right: given }
}

function text(d: BundleDifference, all: boolean): string {
  const figure = (metric: string, value: number | null): string => (value === null ? 'not available' : metricText(metric, value))
  const metrics = d.metrics.filter((m) => all || m.delta !== 0)
  return sections(
    paragraph(`${d.left.fileName} → ${d.right.fileName}: ${d.sentence}`),
    { title: 'Facts', body: table(['What', 'Before', 'After'], d.facts.filter((f) => all || !f.same).map((f) => [f.name, f.before ?? 'not recorded', f.after ?? 'not recorded']), [], 'Nothing differs.') },
    { title: 'Metrics', body: [...(d.sameData ? [] : [paragraph('The two were evaluated on different data, so the numbers do not compare.')]), table(['Metric', 'Before', 'After', 'Change', ''], metrics.map((m) => [metricName(m.metric), figure(m.metric, m.before), figure(m.metric, m.after), m.delta === null ? '' : formatDelta(m.delta), m.verdict === 'not-comparable' ? '' : m.verdict]), [1, 2, 3], 'No metric moved.')].join('\n') },
    { title: 'Files', body: table(['File', 'Change', 'Before', 'After'], d.files.map((f) => [f.path, f.change, f.before === null ? '' : formatBytes(f.before), f.after === null ? '' : formatBytes(f.after)]), [2, 3], 'No file differs.') },
  )
}

/** Registers the command. */
export function registerBundleDiff(program: Command): void {
  withExample(program.command('bundle-diff').description('Compare two exported bundles: model, inputs and outputs, decision, metrics, targets, gate and files.')
    .argument('<bundle>', 'id, file name, or name@release').argument('[other]', 'the newer one; absent: the first is compared with the one before it').option('--all', 'say also what is the same'), 'slipway bundle-diff income@1.0.0 income@2.0.0')
    .action(async (first: string, second: string | undefined, options: Options, command: Command) => withSession(command, async (session) => {
      const found = await session.client.call('bundle.compare', await pairOf(session, first, second))
      session.print(found, () => text(found, options.all === true))
    }))
}
