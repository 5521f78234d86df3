// `slipway diff`: what differs between two models. The class and whether callers break come first, then every change by group, then the layers.
import type { Command } from 'commander'
import type { DiffGroup, LayerDiff, ModelDiff } from '../../shared/domain/model-diff.ts'
import { formatPlural } from '../../shared/format.ts'
import { answersMark, classTitle, groupTitles, layerNames, layerStatusWords, layerWeightText, sideName } from '../../shared/model-diff/diff-words.ts'
import { withExample } from './example.ts'
import { withSession } from './open-session.ts'
import { facts, paragraph, sections, table } from './print.ts'
import { versionOrFile } from './references.ts'

const shownLayers = 20

const nameOf = (side: ModelDiff['left']): string => (side.number === null ? `the file ${side.sourceName}` : `${sideName(side)} (${side.sourceName})`)

function head(d: ModelDiff): string {
  return facts([
    ['Difference', classTitle(d)],
    ['Breaking', d.breaking ? 'yes' : 'no'],
    ['Answers', answersMark[d.answersChange]],
    ['Before', nameOf(d.left)],
    ['After', nameOf(d.right)],
  ])
}

function group(d: ModelDiff, which: DiffGroup): { title: string; body: string } {
  const changes = d.changes.filter((c) => c.group === which)
  return { title: groupTitles[which], body: changes.map((c) => paragraph(`${c.breaking ? 'BREAKING ' : ''}${c.sentence}`.trim())).join('\n') }
}

function layers(d: ModelDiff, all: boolean): { title: string; body: string } | null {
  const changed = all ? d.graph.layers : d.graph.layers.filter((l) => l.status !== 'same')
  const shown = all ? changed : changed.slice(0, shownLayers)
  if (shown.length === 0) return null
  const cells = (l: LayerDiff): string[] => [layerStatusWords(l), (l.after ?? l.before)?.op ?? '', layerNames(l), layerWeightText(l), l.notes.join('; ')]
  const left = changed.length - shown.length + d.graph.layersLeftOut
  return { title: 'Layers', body: `${table(['Change', 'Operator', 'Layer', 'Weights', 'What'], shown.map(cells))}${left > 0 ? `\n\n${paragraph(`${formatPlural(left, 'more layer')}${all ? ' in the files' : ' with --all or --json'}.`)}` : ''}` }
}

function describe(d: ModelDiff, all: boolean): string {
  const must = d.changes.flatMap((c) => c.callerMust ?? [])
  const groups: readonly DiffGroup[] = ['interface', 'layers', 'weights', 'usage', 'format', 'facts']
  return sections(
    head(d), paragraph(d.sentence),
    must.length === 0 ? null : { title: 'What a caller must change', body: must.map((m) => paragraph(`- ${m}`, 2)).join('\n') },
    ...groups.map((g) => group(d, g)), layers(d, all),
    d.notCompared.length === 0 ? null : { title: 'Not compared', body: d.notCompared.map((n) => paragraph(n)).join('\n') },
  )
}

/** Registers the command. */
export function registerDiff(program: Command): void {
  withExample(program.command('diff').description('Show what differs between two models: interface, layers, weights, preprocessing, thresholds, format. A file is read where it lies and not imported. Exit code 1 when callers break.')
    .argument('<before>', 'a model file, which is not imported, name@version or version id').argument('<after>', 'the one it is compared with').option('--all', 'print every layer, also unchanged ones'), 'slipway diff income@1 income@2')
    .action(async (before: string, after: string, options: { all?: boolean }, command: Command) => withSession(command, async (session) => {
      const [left, right] = [await versionOrFile(session, before), await versionOrFile(session, after)]
      const diff = await session.job('version.diff', { left, right })
      session.print(diff, () => describe(diff, options.all === true))
      if (diff.breaking) session.exitWith(1)
    }))
}
