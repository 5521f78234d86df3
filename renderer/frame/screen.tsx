// Which screen stands for which route. Every screen is a link, so this is the whole navigation.
import type { ReactNode } from 'react'
import type { BundleId, DatasetId, ModelId, RunId, VersionId } from '../../shared/ids.ts'
import { LibraryScreen } from '../features/library/library.tsx'
import { href, type Route } from '../route.ts'
import { ButtonLink } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Page } from '../ui/page.tsx'
import {
  BundleScreen, BundlesScreen, CompareScreen, DecidingScreen, ExportScreen, DatasetScreen, DatasetsScreen, DiagnosticsScreen, EvaluateScreen, GateScreen, GraphScreen, HelpScreen, HistoryScreen, JobsScreen, LeaderboardScreen, ModelScreen, MonitoringScreen, ReviewScreen, RunScreen, RunsScreen,
  SettingsScreen, VerifyScreen, VersionScreen, WatchedScreen,
} from './screens.ts'

// Ids out of a link are only strings; the core checks each of them and answers with the error for an unknown one.
export function Screen({ route }: { readonly route: Route }): ReactNode {
  switch (route.screen) {
    case 'library': return <LibraryScreen route={route} />
    case 'leaderboard': return <LeaderboardScreen route={route} />
    case 'model': return <ModelScreen key={route.modelId} route={route} modelId={route.modelId as ModelId} />
    case 'version': return <VersionScreen key={route.versionId} route={route} versionId={route.versionId as VersionId} />
    case 'graph': return <GraphScreen key={`${route.versionId} ${route.which ?? ''}`} route={route} versionId={route.versionId as VersionId} />
    case 'datasets': return <DatasetsScreen />
    case 'dataset': return <DatasetScreen key={route.datasetId} route={route} datasetId={route.datasetId as DatasetId} />
    case 'evaluate': return <EvaluateScreen route={route} />
    case 'runs': return <RunsScreen />
    case 'run': return <RunScreen key={route.runId} route={route} runId={route.runId as RunId} />
    case 'compare': return <CompareScreen route={route} />
    case 'reviews': return <ReviewScreen key={`${route.versionId ?? ''} ${route.request ?? ''}`} route={route} />
    case 'gate': return <GateScreen key={route.runId} runId={route.runId as RunId} />
    case 'bundle': return <BundleScreen key={route.bundleId} bundleId={route.bundleId as BundleId} tab={route.tab ?? 'overview'} />
    case 'bundles': return <BundlesScreen />
    case 'export': return <ExportScreen key={route.runId} runId={route.runId as RunId} />
    case 'verify': return <VerifyScreen />
    case 'history': return <HistoryScreen route={route} />
    case 'jobs': return <JobsScreen />
    case 'diagnostics': return <DiagnosticsScreen />
    case 'settings': return <SettingsScreen />
    case 'monitoring': return <MonitoringScreen />
    case 'monitor': return <WatchedScreen key={route.versionId} route={route} versionId={route.versionId as VersionId} />
    case 'decide': return <DecidingScreen key={route.versionId} route={route} versionId={route.versionId as VersionId} />
    case 'help': return <HelpScreen route={route} />
    case 'not-found': return (
      <Page title="Not found">
        <EmptyState icon="search" title="There is no such screen" actions={<ButtonLink look="primary" href={href({ screen: 'library' })}>Go to the library</ButtonLink>}>
          The link leads nowhere in this version of Slipway.
        </EmptyState>
      </Page>
    )
  }
}
