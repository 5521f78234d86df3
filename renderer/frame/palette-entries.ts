// What the palette knows by name: actions, screens, models, data sets, runs, bundles, metrics and words.
import { useMemo } from 'react'
import type { Settings } from '../../shared/domain/history.ts'
import { formatAgo, taskName } from '../../shared/format.ts'
import { glossary } from '../../shared/glossary.ts'
import { metricCatalogue } from '../../shared/metrics/catalogue.ts'
import { useAddDataset } from '../bridge/use-add-dataset.ts'
import { useAsk, useCall } from '../bridge/use-call.ts'
import { go, type Route } from '../route.ts'
import type { FinderEntry } from '../ui/finder/finder.tsx'
import type { IconName } from '../ui/icon.tsx'
import { notifyError } from '../ui/toast.tsx'
import { places } from './places.ts'

type EntryGroup = 'Do' | 'Go to' | 'Models' | 'Data sets' | 'Runs' | 'Bundles' | 'What is'
type PaletteEntry = FinderEntry & { readonly group: EntryGroup }

/** What stands there before anything is typed. */
export const groupsAtFirst: readonly EntryGroup[] = ['Do', 'Go to']

const newestRuns = 200

const themeWords: Readonly<Record<Settings['theme'], string>> = { light: 'Light theme', dark: 'Dark theme', contrast: 'High contrast theme', system: 'Theme as the system’s' }

const to = (route: Route) => (): void => { go(route) }

/** What never changes while the window is open. */
const still: readonly PaletteEntry[] = [
  ...places.map((place): PaletteEntry => ({ key: `place ${place.key}`, group: 'Go to', icon: 'next', title: place.label, choose: to({ screen: place.key }) })),
  { key: 'place jobs', group: 'Go to', icon: 'next', title: 'Jobs', also: 'progress queue running', choose: to({ screen: 'jobs' }) },
  { key: 'place diagnostics', group: 'Go to', icon: 'next', title: 'Diagnostics', also: 'versions logs storage fault support self-test', choose: to({ screen: 'diagnostics' }) },
  { key: 'place keys', group: 'Go to', icon: 'next', title: 'Keyboard shortcuts', also: 'keys help', choose: to({ screen: 'help', tab: 'keys' }) },
  ...glossary.map((entry): PaletteEntry => ({ key: `word ${entry.word}`, group: 'What is', icon: 'help', title: entry.word, also: entry.also.join(' '), detail: 'word', choose: to({ screen: 'help', tab: 'words', find: entry.word }) })),
  ...metricCatalogue.map((entry): PaletteEntry => ({ key: `metric ${entry.id}`, group: 'What is', icon: 'metric', title: entry.name, also: entry.id, detail: 'metric', choose: to({ screen: 'help', tab: 'metrics', find: entry.name }) })),
]

/** What can be done from anywhere; a failure is told as everywhere else. */
function useActions(): readonly PaletteEntry[] {
  const ask = useAsk()
  const addDataset = useAddDataset()
  return useMemo(() => {
    const act = (key: string, icon: IconName, title: string, also: string, work: () => Promise<unknown>): PaletteEntry => ({ key: `do ${key}`, group: 'Do', icon, title, also, choose: () => { work().catch(notifyError) } })
    const add = async (what: 'dataset' | 'image-folder'): Promise<void> => { for (const file of await ask('shell.openFiles', { what })) await addDataset(file) }
    return [
      act('import', 'import', 'Import a model…', 'onnx open file add', async () => {
        const files = await ask('shell.openFiles', { what: 'model' })
        if (files.length > 0) await ask('version.import', { files: files.map((f) => f.token) })
      }),
      act('add', 'data', 'Add a data set…', 'csv parquet table open file', () => add('dataset')),
      act('images', 'image', 'Add a folder of images…', 'pictures open', () => add('image-folder')),
      { key: 'do evaluate', group: 'Do', icon: 'run', title: 'Evaluate a model', also: 'run test score', choose: to({ screen: 'evaluate' }) },
      { key: 'do compare', group: 'Do', icon: 'compare', title: 'Compare two versions', also: 'champion challenger diff', choose: to({ screen: 'compare' }) },
      { key: 'do verify', group: 'Do', icon: 'verify', title: 'Verify a bundle', also: 'check signature', choose: to({ screen: 'verify' }) },
      ...(Object.entries(themeWords) as [Settings['theme'], string][]).map(([theme, words]) => act(`theme ${theme}`, 'settings', words, 'appearance colours', () => ask('settings.save', { theme }))),
      ...(['comfortable', 'dense'] as const).map((density) => act(`density ${density}`, 'settings', density === 'dense' ? 'Dense rows' : 'Comfortable rows', 'density spacing', () => ask('settings.save', { density }))),
    ]
  }, [ask, addDataset])
}

/** Everything of the workspace that has a screen of its own. */
function useObjects(): readonly PaletteEntry[] {
  const models = useCall('model.list', { archived: false, search: '' }).data
  const datasets = useCall('dataset.list', {}).data
  const runs = useCall('run.list', { offset: 0, limit: newestRuns }).data
  const bundles = useCall('bundle.overview', {}).data
  return useMemo(() => [
    ...(models ?? []).flatMap((m): PaletteEntry[] => [
      { key: m.id, group: 'Models', icon: 'library', title: m.name, detail: m.task === null ? 'model' : taskName(m.task), choose: to({ screen: 'model', modelId: m.id }) },
      { key: m.latest.id, group: 'Models', icon: 'tag', title: `${m.name} v${m.latest.number}`, also: (m.aliases ?? []).map((a) => a.alias).join(' '), detail: 'latest version', choose: to({ screen: 'version', versionId: m.latest.id }) },
    ]),
    ...(datasets ?? []).map((d): PaletteEntry => ({ key: d.id, group: 'Data sets', icon: 'data', title: d.name, choose: to({ screen: 'dataset', datasetId: d.id }) })),
    ...(runs ?? []).map((r): PaletteEntry => ({ key: r.id, group: 'Runs', icon: 'run', title: `${r.modelName} v${r.versionNumber} on ${r.datasetName}`, detail: formatAgo(r.createdAt), choose: to({ screen: 'run', runId: r.id }) })),
    ...(bundles ?? []).map((b): PaletteEntry => ({ key: b.id, group: 'Bundles', icon: 'bundle', title: b.fileName, also: b.modelName, detail: formatAgo(b.createdAt), choose: to({ screen: 'bundle', bundleId: b.id }) })),
  ], [models, datasets, runs, bundles])
}

/** All entries, in the order in which equals stand. */
export function useEntries(): readonly PaletteEntry[] {
  const actions = useActions()
  const objects = useObjects()
  return useMemo(() => [...actions, ...objects, ...still], [actions, objects])
}
