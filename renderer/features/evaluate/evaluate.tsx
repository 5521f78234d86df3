// Evaluating: choose a version, a data set and the column with the true answers; review the proposed binding; set options; start.
import { useState, type ReactNode } from 'react'
import type { StoredBinding } from '../../../shared/contract.ts'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import type { Version } from '../../../shared/domain/model.ts'
import type { DatasetId, VersionId } from '../../../shared/ids.ts'
import { useAsk, useCall } from '../../bridge/use-call.ts'
import { go, type Route } from '../../route.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Page, Stack } from '../../ui/page.tsx'
import { notifyError } from '../../ui/toast.tsx'
import { VersionPicker } from '../../ui/version-picker.tsx'
import styles from './evaluate.module.css'
import { ReviewPanel, SavedReview } from './review-panel.tsx'
import { fitsData } from './stored-binding.ts'

type EvaluateRoute = Extract<Route, { screen: 'evaluate' }>

/** The column that holds the true answers when nobody has said: named as one, else the last. */
function likelyTarget(dataset: Dataset): string {
  const named = dataset.columns.find((c) => /^(label|target|class|y|outcome|truth)$/i.test(c.name))
  return named?.name ?? dataset.columns.at(-1)?.name ?? ''
}

/** The column with the true answers: as the link says, as the saved binding says, or as its name suggests. */
function targetOf(route: EvaluateRoute, dataset: Dataset, stored: StoredBinding | null): string {
  const saved = stored?.binding.target?.kind === 'column' ? stored.binding.target.column : null
  return route.target ?? (saved !== null && dataset.columns.some((c) => c.name === saved) ? saved : likelyTarget(dataset))
}

function DataFields({ route, datasets, dataset, stored }: { readonly route: EvaluateRoute; readonly datasets: readonly Dataset[]; readonly dataset: Dataset | null; readonly stored: StoredBinding | null }): ReactNode {
  return (
    <>
      <SelectField label="Data set" value={dataset?.id ?? ''} choices={[{ value: '', label: datasets.length === 0 ? 'No data set yet' : 'Choose a data set' }, ...datasets.map((d) => ({ value: d.id as string, label: `${d.name} · ${d.rows.toLocaleString('en-US')} rows` }))]} onChoose={(datasetId) => go({ screen: 'evaluate', ...(route.versionId === undefined ? {} : { versionId: route.versionId }), datasetId }, 'replace')} />
      {dataset?.kind === 'table' && <SelectField label="Label column" value={targetOf(route, dataset, stored)} choices={dataset.columns.map((c) => ({ value: c.name, label: c.name }))} onChoose={(target) => go({ ...route, target }, 'replace')} />}
    </>
  )
}

/** The ways to bring data in without leaving the screen. */
function AddData(): ReactNode {
  const ask = useAsk()
  const add = (what: 'dataset' | 'image-folder'): void => {
    ask('shell.openFiles', { what }).then(async ([file]) => { if (file !== undefined) await ask('dataset.add', { file: file.token }) }).catch(notifyError)
  }
  return <><Button icon="image" onClick={() => add('image-folder')}>Add images…</Button><Button icon="add" onClick={() => add('dataset')}>Add a table…</Button></>
}

function Chosen({ version, stored, dataset, target }: { readonly version: Version; readonly stored: StoredBinding | null; readonly dataset: Dataset; readonly target: string | null }): ReactNode {
  const [attempt, setAttempt] = useState(0)
  // Frozen at the start: keeping a changed binding with the version must not restart the review.
  const [saved] = useState(stored)
  if (saved !== null && attempt === 0 && fitsData(saved.binding, dataset, target)) return <SavedReview version={version} dataset={dataset} stored={saved} onPropose={() => setAttempt(1)} />
  return <ReviewPanel key={`${version.id} ${dataset.id} ${target ?? ''} ${attempt}`} version={version} dataset={dataset} target={target} onAgain={() => setAttempt(attempt + 1)} />
}

export function EvaluateScreen({ route }: { readonly route: EvaluateRoute }): ReactNode {
  const datasets = useCall('dataset.list', {})
  const version = useCall('version.get', { versionId: (route.versionId ?? '') as VersionId }, { enabled: route.versionId !== undefined })
  const dataset = datasets.data?.find((d) => d.id === (route.datasetId as DatasetId | undefined)) ?? null
  const found = version.data?.version ?? null
  const stored = version.data?.binding ?? null
  return (
    <Page title="Evaluate" actions={<AddData />}>
      <Stack>
        <div className={styles['choices']}>
          <VersionPicker value={route.versionId ?? null} onChoose={(versionId) => go({ ...route, versionId }, 'replace')} />
          <DataFields route={route} datasets={datasets.data ?? []} dataset={dataset} stored={stored} />
        </div>
        {found !== null && dataset !== null
          ? <Chosen key={`${found.id} ${dataset.id} ${route.target ?? ''}`} version={found} stored={stored} dataset={dataset} target={dataset.kind === 'table' ? targetOf(route, dataset, stored) : null} />
          : <EmptyState icon="run" title="Choose a version and a data set">Slipway then proposes how the data becomes the model’s input, with a reason for every guess, and you correct what is wrong.</EmptyState>}
      </Stack>
    </Page>
  )
}
