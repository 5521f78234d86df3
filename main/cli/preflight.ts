// `slipway preflight`: for every target whether a version loads and serves there, what stands against it, and the way round.
import type { Command } from 'commander'
import { everyTarget } from '../../shared/contract-bundles.ts'
import { BundleTarget } from '../../shared/domain/bundle-target.ts'
import type { TargetPreflight } from '../../shared/domain/preflight.ts'
import { readTarget, verdictWords } from '../../shared/preflight/target-words.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'
import { version } from './references.ts'

interface Options { readonly target?: string[]; readonly canary?: boolean; readonly all?: boolean }

/** Collects an option that may be given several times. */
export const repeated = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]

/** What was found, a section for each target; a target that nothing stands against has none. */
function text(found: readonly TargetPreflight[], all: boolean): string {
  const told = found.map((t) => ({ ...t, findings: t.findings.filter((f) => all || f.verdict !== 'loads') })).filter((t) => t.findings.length > 0)
  return sections(
    table(['Target', 'Verdict', 'Runs on', 'Export'], found.map((t) => [t.title, verdictWords[t.verdict], t.engine, t.blocked === null ? 'possible' : 'refused'])),
    ...(told.length === 0 ? [paragraph('Nothing stands against any of them.')] : told.map(({ title, findings }) => ({
      title, body: table(['Verdict', 'Why, and what to do'], findings.map((f) => [verdictWords[f.verdict], f.repair === null ? f.sentence : `${f.sentence} ${f.repair.sentence}`])),
    }))),
  )
}

/** What stands against a rollout step by step to the chosen targets, each sentence once. */
export const rolloutWords = (found: readonly TargetPreflight[]): string[] =>
  [...new Set(found.flatMap((t) => t.findings.filter((f) => f.about === 'rollout' && f.verdict !== 'loads').map((f) => (f.repair === null ? f.sentence : `${f.sentence} ${f.repair.sentence}`))))]

/** Registers the command. */
export function registerPreflight(program: Command): void {
  withExample(program.command('preflight').description('Say for every target whether a version loads and serves there, and what to do where it does not. Exit 1 where an export for one of them is refused.')
    .argument('<version>', 'name@number, name@alias or an id').option('--target <name[@version]>', `a target, such as kserve-standard@0.20 or triton@25.03; may be repeated; absent: all. There are ${BundleTarget.options.join(', ')}`, repeated)
    .option('--canary', 'the version is to be rolled out step by step').option('--all', 'say also what holds'), 'slipway preflight income@2 --target kserve-standard@0.20 --canary')
    .action(async (name: string, options: Options, command: Command) => withSession(command, async (session) => {
      const targets = options.target?.map(readTarget) ?? [...everyTarget]
      const { id } = await version(session, name)
      const found = await session.client.call('bundle.preflight', { versionId: id, targets, canary: options.canary === true })
      session.print(found, () => text(found, options.all === true))
      if (found.some((t) => t.blocked !== null)) session.answerNo()
    }))
}
