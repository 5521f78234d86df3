// Evaluating: choose a version, a data set and the column with the true answers; review the proposed binding; set options; start.
import { useState, type ReactNode } from 'react'
import { targetColumns } from '../../../shared/binding/check-binding.ts'
import { namedTargets, targetText } from '../../../shared/binding/named-targets.ts'
import type { StoredBinding } from '../../../shared/contract.ts'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import type { Version } from '../../../shared/domain/model.ts'
import type { DatasetId, VersionId } from '../../../shared/ids.ts'
import { useAddDataset } from '../../bridge/use-add-dataset.ts'
import { useAsk, useCall } from '../../bridge/use-call.ts'
import { go, type Route } from '../../route.ts'
import { ColumnsDialog } from '../../ui/binding/column-order.tsx'
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

/** The columns with the true answers: as the link says, or as the saved binding says; null: to be found. */
function targetOf(route: EvaluateRoute, dataset: Dataset, stored: StoredBinding | null): string | null {
  if (route.target !== undefined) return route.target
  const saved = stored === null ? [] : targetColumns(stored.binding.target)
  return saved.length > 0 && saved.every((name) => dataset.columns.some((c) => c.name === name)) ? targetText(saved) : null
}

/** No column is called like this. */
const several = '\u0000several'

/** Which column, or which columns, hold the true answers of a table. */
function TargetField({ route, dataset, stored }: { readonly route: EvaluateRoute; readonly dataset: Dataset; readonly stored: StoredBinding | null }): ReactNode {
  const [choosing, setChoosing] = useState(false)
  const names = dataset.columns.map((c) => c.name)
  const target = targetOf(route, dataset, stored)
  const chosen = target === null ? [] : namedTargets(target, names)
  const { target: _, ...rest } = route
  const take = (next: string | null): void => go(next === null ? rest : { ...rest, target: next }, 'replace')
  const choose = (next: string): void => { if (next === several) setChoosing(true); else if (next !== (target ?? '')) take(next === '' ? null : next) }
  const more = chosen.length > 1 ? [{ value: target ?? '', label: `${chosen.length} columns: ${chosen.join(', ')}` }] : []
  return (
    <>
      <SelectField label="Label column" value={target ?? ''} onChoose={choose} choices={[{ value: '', label: 'Found by Slipway' }, ...more, ...names.map((c) => ({ value: c, label: c })), { value: several, label: chosen.length > 1 ? 'Change the columns…' : 'Several columns…' }]} />
      {choosing && <ColumnsDialog title="Columns with the true answers" lead="For several labels a row: one column for each label." chosen={chosen.length > 1 ? chosen : []} columns={names} onChange={(columns) => take(targetText(columns))} onClose={() => setChoosing(false)} />}
    </>
  )
}

/** The folder, where two files of the same name are told apart by nothing else. */
const folderWords = (set: Dataset, all: readonly Dataset[]): string => (set.folder !== undefined && all.some((d) => d.id !== set.id && d.sourceName === set.sourceName) ? ` · in ${set.folder}` : '')

function DataFields({ route, datasets, dataset, stored }: { readonly route: EvaluateRoute; readonly datasets: readonly Dataset[]; readonly dataset: Dataset | null; readonly stored: StoredBinding | null }): ReactNode {
  return (
    <>
      <SelectField label="Data set" value={dataset?.id ?? ''} choices={[{ value: '', label: datasets.length === 0 ? 'No data set yet' : 'Choose a data set' }, ...datasets.map((d) => ({ value: d.id as string, label: `${d.name}${folderWords(d, datasets)} · ${d.rows.toLocaleString('en-US')} ${d.kind === 'images' ? 'pictures' : 'rows'}` }))]} onChoose={(datasetId) => go({ screen: 'evaluate', ...(route.versionId === undefined ? {} : { versionId: route.versionId }), datasetId }, 'replace')} />
      {dataset?.kind === 'table' && <TargetField route={route} dataset={dataset} stored={stored} />}
    </>
  )
}

/** The ways to bring data in without leaving the screen. */
function AddData(): ReactNode {
  const ask = useAsk()
  const addDataset = useAddDataset()
  const add = (what: 'dataset' | 'image-folder'): void => {
    ask('shell.openFiles', { what }).then(async ([file]) => { if (file !== undefined) await addDataset(file) }).catch(notifyError)
  }
  return <><Button icon="image" onClick={() => add('image-folder')}>Add images…</Button><Button icon="add" onClick={() => add('dataset')}>Add a table…</Button></>
}

function Chosen({ version, stored, dataset, target }: { readonly version: Version; readonly stored: StoredBinding | null; readonly dataset: Dataset; readonly target: string | null }): ReactNode {
  const [attempt, setAttempt] = useState(0)
  // Frozen at the start: keeping a changed binding with the version must not restart the review.
  const [saved] = useState(stored)
  if (saved !== null && attempt === 0 && fitsData(saved.binding, dataset, target)) return <SavedReview version={version} dataset={dataset} stored={saved} onPropose={() => setAttempt(1)} />
  return <ReviewPanel key={`${version.id} ${dataset.id} ${target ?? ''} ${attempt}`} version={version} dataset={dataset} target={target} stored={saved} aside={attempt > 0 ? 'A fresh proposal was asked for' : 'Another target was named, or the saved binding does not fit this data'} onAgain={() => setAttempt(attempt + 1)} />
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
