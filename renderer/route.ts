// Every screen as a link: the Route union, its text in the URL hash, and the hook that follows it.
// Refuses to hold state of its own; what is not in the hash is not part of the place.
import { useMemo, useSyncExternalStore } from 'react'

export type ModelTab = 'versions' | 'runs' | 'bundles' | 'timeline'
export type VersionTab = 'signature' | 'binding' | 'graph' | 'files' | 'runs'
export type DatasetTab = 'columns' | 'rows' | 'images' | 'format' | 'queue'
export type BundleTab = 'overview' | 'compare' | 'try'
export type CompareTab = 'verdict' | 'disagreements' | 'diff'
export type MonitorTab = 'alerts' | 'drift' | 'quality' | 'service'
export type DecideTab = 'ab' | 'rollout'
export type HelpTab = 'metrics' | 'words' | 'keys'
export type RunTab = 'metrics' | 'charts' | 'threshold' | 'slices' | 'explain' | 'stress' | 'rows' | 'device' | 'conditions'

export type Route =
  | { readonly screen: 'library'; readonly find?: string; readonly sort?: string; readonly page?: number }
  | { readonly screen: 'leaderboard'; readonly datasetId?: string; readonly metric?: string; readonly page?: number }
  | { readonly screen: 'model'; readonly modelId: string; readonly tab?: ModelTab; readonly metric?: string }
  | { readonly screen: 'version'; readonly versionId: string; readonly tab?: VersionTab }
  | { readonly screen: 'graph'; readonly versionId: string; readonly which?: 'original' | 'running'; readonly paint?: 'kind' | 'flops' | 'parameters' | 'memory' | 'time' | 'device' | 'diff'; /** the version that this one is compared with */ readonly since?: string }
  | { readonly screen: 'datasets' }
  | { readonly screen: 'dataset'; readonly datasetId: string; readonly tab?: DatasetTab; readonly page?: number }
  | { readonly screen: 'evaluate'; readonly versionId?: string; readonly datasetId?: string; readonly target?: string }
  | { readonly screen: 'runs' }
  | { readonly screen: 'run'; readonly runId: string; readonly tab?: RunTab; readonly truth?: string; readonly predicted?: string; readonly page?: number }
  | { readonly screen: 'compare'; readonly left?: string; readonly right?: string; /** further versions, ids with commas between */ readonly more?: string; readonly datasetId?: string; readonly tab?: CompareTab; readonly page?: number }
  | { readonly screen: 'reviews'; readonly versionId?: string; /** hash of a request that was handed over */ readonly request?: string }
  | { readonly screen: 'gate'; readonly runId: string }
  | { readonly screen: 'export'; readonly runId: string }
  | { readonly screen: 'bundles' }
  | { readonly screen: 'bundle'; readonly bundleId: string; readonly tab?: BundleTab }
  | { readonly screen: 'verify' }
  | { readonly screen: 'history'; readonly subject?: string; /** `p:NAME`, or `nobody` */ readonly who?: string; readonly verb?: string; /** days, as 2026-11-21 */ readonly since?: string; readonly until?: string; readonly text?: string }
  | { readonly screen: 'jobs' }
  | { readonly screen: 'settings' }
  | { readonly screen: 'diagnostics' }
  | { readonly screen: 'monitoring' }
  | { readonly screen: 'monitor'; readonly versionId: string; readonly tab?: MonitorTab; /** `input:NAME` or `answer:NAME` */ readonly column?: string }
  | { readonly screen: 'decide'; readonly versionId: string; readonly tab?: DecideTab }
  | { readonly screen: 'help'; readonly tab?: HelpTab; readonly find?: string }
  | { readonly screen: 'not-found'; readonly hash: string }

type ScreenName = Exclude<Route['screen'], 'not-found'>

interface Shape { readonly path?: string; readonly text?: readonly string[]; readonly choices?: Readonly<Record<string, readonly string[]>>; readonly numbers?: readonly string[] }

const shapes: Readonly<Record<ScreenName, Shape>> = {
  library: { text: ['find', 'sort'], numbers: ['page'] },
  leaderboard: { text: ['datasetId', 'metric'], numbers: ['page'] },
  model: { path: 'modelId', text: ['metric'], choices: { tab: ['versions', 'runs', 'bundles', 'timeline'] } },
  version: { path: 'versionId', choices: { tab: ['signature', 'binding', 'graph', 'files', 'runs'] } },
  graph: { path: 'versionId', text: ['since'], choices: { which: ['original', 'running'], paint: ['kind', 'flops', 'parameters', 'memory', 'time', 'device', 'diff'] } },
  datasets: {},
  dataset: { path: 'datasetId', choices: { tab: ['columns', 'rows', 'images', 'format', 'queue'] }, numbers: ['page'] },
  evaluate: { text: ['versionId', 'datasetId', 'target'] },
  runs: {},
  run: { path: 'runId', text: ['truth', 'predicted'], choices: { tab: ['metrics', 'charts', 'threshold', 'slices', 'explain', 'stress', 'rows', 'device', 'conditions'] }, numbers: ['page'] },
  compare: { text: ['left', 'right', 'more', 'datasetId'], choices: { tab: ['verdict', 'disagreements', 'diff'] }, numbers: ['page'] },
  reviews: { text: ['versionId', 'request'] },
  gate: { path: 'runId' },
  export: { path: 'runId' },
  bundles: {},
  bundle: { path: 'bundleId', choices: { tab: ['overview', 'compare', 'try'] } },
  verify: {},
  history: { text: ['subject', 'who', 'verb', 'since', 'until', 'text'] },
  jobs: {},
  settings: {},
  diagnostics: {},
  monitoring: {},
  monitor: { path: 'versionId', text: ['column'], choices: { tab: ['alerts', 'drift', 'quality', 'service'] } },
  decide: { path: 'versionId', choices: { tab: ['ab', 'rollout'] } },
  help: { text: ['find'], choices: { tab: ['metrics', 'words', 'keys'] } },
}

function readFields(shape: Shape, params: URLSearchParams): Record<string, string | number> {
  const fields: Record<string, string | number> = {}
  for (const name of shape.text ?? []) {
    const value = params.get(name)
    if (value !== null && value !== '') fields[name] = value
  }
  for (const [name, allowed] of Object.entries(shape.choices ?? {})) {
    const value = params.get(name)
    if (value !== null && allowed.includes(value)) fields[name] = value
  }
  for (const name of shape.numbers ?? []) {
    const value = Number(params.get(name))
    if (Number.isSafeInteger(value) && value > 0) fields[name] = value
  }
  return fields
}

/** The route that a hash names; anything unknown is the `not-found` route, never an exception. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2)
  const [screen = '', id, ...rest] = path.split('/').filter((part) => part !== '')
  if (screen === '') return { screen: 'library' }
  const shape = Object.hasOwn(shapes, screen) ? shapes[screen as ScreenName] : undefined
  if (shape === undefined || rest.length > 0 || (shape.path === undefined) !== (id === undefined)) return { screen: 'not-found', hash }
  const fields = readFields(shape, new URLSearchParams(search))
  if (shape.path !== undefined && id !== undefined) {
    try { fields[shape.path] = decodeURIComponent(id) } catch { return { screen: 'not-found', hash } }
  }
  return { screen, ...fields } as Route
}

/** The hash of a route; `parseRoute` of it gives the route back. */
export function href(route: Route): string {
  if (route.screen === 'not-found') return route.hash
  const shape = shapes[route.screen]
  const fields = route as unknown as Readonly<Record<string, string | number | undefined>>
  const params = new URLSearchParams()
  for (const name of [...(shape.text ?? []), ...Object.keys(shape.choices ?? {}), ...(shape.numbers ?? [])]) {
    const value = fields[name]
    if (value !== undefined) params.set(name, String(value))
  }
  const id = shape.path === undefined ? '' : `/${encodeURIComponent(String(fields[shape.path] ?? ''))}`
  const search = params.toString()
  return `#/${route.screen}${id}${search === '' ? '' : `?${search}`}`
}

/** The screen of an id, told by its prefix; null for what has no screen of its own. */
export function routeOfId(id: string | null): Route | null {
  const kind = id?.split('_', 1)[0] ?? ''
  if (id === null || !['model', 'version', 'dataset', 'run', 'bundle'].includes(kind)) return null
  const route = parseRoute(`#/${kind}/${id}`)
  return route.screen === 'not-found' ? null : route
}

/** Goes to a route; `replace` leaves no step in the history, for tabs and filters. */
export function go(route: Route, how: 'push' | 'replace' = 'push'): void {
  const target = href(route)
  if (how === 'push') { window.location.hash = target; return }
  window.history.replaceState(null, '', target)
  window.dispatchEvent(new HashChangeEvent('hashchange'))
}

const subscribe = (listener: () => void): (() => void) => {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

/** The current hash as a route. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash)
  return useMemo(() => parseRoute(hash), [hash])
}
