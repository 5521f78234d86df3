// Every screen but the first as a file of its own, fetched when it is first shown; the rest follow while the window has nothing to do.
// The library is not here: the window opens with it, and a second file would make the start slower, not faster.
import { later } from '../ui/later.tsx'
import type { Route } from '../route.ts'

export const BundleScreen = later(async () => (await import('../features/bundle/bundle.tsx')).BundleScreen)
export const BundlesScreen = later(async () => (await import('../features/bundle/bundles.tsx')).BundlesScreen)
export const ExportScreen = later(async () => (await import('../features/bundle/export.tsx')).ExportScreen)
export const CompareScreen = later(async () => (await import('../features/compare/compare.tsx')).CompareScreen)
export const DatasetScreen = later(async () => (await import('../features/dataset/dataset.tsx')).DatasetScreen)
export const DatasetsScreen = later(async () => (await import('../features/dataset/datasets.tsx')).DatasetsScreen)
export const DiagnosticsScreen = later(async () => (await import('../features/diagnostics/diagnostics.tsx')).DiagnosticsScreen)
export const EvaluateScreen = later(async () => (await import('../features/evaluate/evaluate.tsx')).EvaluateScreen)
export const GateScreen = later(async () => (await import('../features/gate/gate.tsx')).GateScreen)
export const HelpScreen = later(async () => (await import('../features/help/help.tsx')).HelpScreen)
export const GraphScreen = later(async () => (await import('../features/graph/graph.tsx')).GraphScreen)
export const HistoryScreen = later(async () => (await import('../features/history/history.tsx')).HistoryScreen)
export const JobsScreen = later(async () => (await import('../features/jobs/jobs.tsx')).JobsScreen)
export const LeaderboardScreen = later(async () => (await import('../features/leaderboard/leaderboard.tsx')).LeaderboardScreen)
export const ModelScreen = later(async () => (await import('../features/model/model.tsx')).ModelScreen)
export const MonitoringScreen = later(async () => (await import('../features/monitor/monitoring.tsx')).MonitoringScreen)
export const WatchedScreen = later(async () => (await import('../features/monitor/watched.tsx')).WatchedScreen)
export const DecidingScreen = later(async () => (await import('../features/monitor/deciding.tsx')).DecidingScreen)
export const ReviewScreen = later(async () => (await import('../features/review/review.tsx')).ReviewScreen)
export const RunScreen = later(async () => (await import('../features/run/run.tsx')).RunScreen)
export const RunsScreen = later(async () => (await import('../features/run/runs.tsx')).RunsScreen)
export const SettingsScreen = later(async () => (await import('../features/settings/settings.tsx')).SettingsScreen)
export const VerifyScreen = later(async () => (await import('../features/bundle/verify.tsx')).VerifyScreen)
export const VersionScreen = later(async () => (await import('../features/version/version.tsx')).VersionScreen)

const fetches: Readonly<Record<Exclude<Route['screen'], 'not-found' | 'library'>, () => Promise<void>>> = {
  model: ModelScreen.fetch, version: VersionScreen.fetch, graph: GraphScreen.fetch, datasets: DatasetsScreen.fetch, dataset: DatasetScreen.fetch,
  evaluate: EvaluateScreen.fetch, runs: RunsScreen.fetch, run: RunScreen.fetch, compare: CompareScreen.fetch, gate: GateScreen.fetch, reviews: ReviewScreen.fetch,
  export: ExportScreen.fetch, bundles: BundlesScreen.fetch, bundle: BundleScreen.fetch, verify: VerifyScreen.fetch, history: HistoryScreen.fetch, jobs: JobsScreen.fetch, leaderboard: LeaderboardScreen.fetch, settings: SettingsScreen.fetch, diagnostics: DiagnosticsScreen.fetch, help: HelpScreen.fetch, monitoring: MonitoringScreen.fetch, monitor: WatchedScreen.fetch, decide: DecidingScreen.fetch,
}

/** Fetches the screen of a route, so that it can be drawn at once. Never rejects: a screen that cannot be read says so itself when it is shown. */
export function fetchScreen(screen: Route['screen']): Promise<void> {
  return screen === 'not-found' || screen === 'library' ? Promise.resolve() : fetches[screen]().catch(() => undefined)
}

const restAfterMs = 1500

/** Fetches every screen and the drawing library, one after the other, in moments when nothing else happens. */
export function fetchRest(): void {
  const charts = async (): Promise<void> => (await import('../ui/charts/figure.tsx')).fetchCharts()
  const waiting = [...Object.values(fetches), charts]
  const next = (): void => {
    const fetchOne = waiting.shift()
    if (fetchOne !== undefined) requestIdleCallback(() => { void fetchOne().catch(() => undefined).then(next) }, { timeout: 3000 })
  }
  // Not while the window is still settling: to compile the drawing library takes longer than a key press may wait.
  setTimeout(next, restAfterMs)
}
