// Two versions side by side, in three tabs: which is better, on which rows they differ, and what changed in the model.
import type { ReactNode } from 'react'
import type { DatasetId, VersionId } from '../../../shared/ids.ts'
import { useCall } from '../../bridge/use-call.ts'
import { go, href, type CompareTab, type Route } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page, Stack } from '../../ui/page.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { VersionPicker } from '../../ui/version-picker.tsx'
import styles from './compare.module.css'
import { DiffTab } from './diff-tab.tsx'
import { DisagreementTab } from './disagreement-tab.tsx'
import { VerdictTab } from './verdict-tab.tsx'

export type CompareRoute = Extract<Route, { screen: 'compare' }>

export function CompareScreen({ route }: { readonly route: CompareRoute }): ReactNode {
  const { left, right } = route
  const chosen = left !== undefined && right !== undefined
  const asked = useCall('version.compare', { left: (left ?? '') as VersionId, right: (right ?? '') as VersionId, ...(route.datasetId === undefined ? {} : { datasetId: route.datasetId as DatasetId }) }, { enabled: chosen, keepPrevious: true })
  return (
    <Page title="Compare" crumbs={[{ label: 'Library', href: href({ screen: 'library' }) }]}>
      <Stack>
        <div className={styles['choices']}>
          <VersionPicker archived role="Before" value={left ?? null} onChoose={(id) => go({ ...route, left: id }, 'replace')} />
          <VersionPicker archived role="After" value={right ?? null} onChoose={(id) => go({ ...route, right: id }, 'replace')} />
        </div>
        {chosen
          ? <Answer of={asked} label="Comparing">{(comparison) => (
            <Tabs<CompareTab>
              label="Parts of the comparison" value={route.tab ?? 'verdict'} onChange={(tab) => { const { page: _, ...rest } = route; go({ ...rest, tab }, 'replace') }}
              tabs={[
                { key: 'verdict', label: 'Verdict', content: <VerdictTab comparison={comparison} route={route} /> },
                { key: 'disagreements', label: 'Disagreements', content: <DisagreementTab comparison={comparison} route={route} /> },
                { key: 'diff', label: 'Model diff', content: <DiffTab comparison={comparison} /> },
              ]}
            />
          )}</Answer>
          : <EmptyState icon="compare" title="Choose two versions">Pick what to compare from, and what to compare to.</EmptyState>}
      </Stack>
    </Page>
  )
}
