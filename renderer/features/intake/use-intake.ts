// Takes files in: models go into one import, every table into its own data set, what is unclear waits for the user's word.
import { useCallback, useState } from 'react'
import type { AdmittedFile } from '../../../shared/contract.ts'
import type { ModelId } from '../../../shared/ids.ts'
import { useAddDataset } from '../../bridge/use-add-dataset.ts'
import { useAsk } from '../../bridge/use-call.ts'
import { go } from '../../route.ts'
import { notifyError } from '../../ui/toast.tsx'
import { sortFiles, type IntakeKind } from './sort-files.ts'

export interface Intake {
  take(files: readonly AdmittedFile[], modelId: ModelId | null): void
  readonly unclear: readonly AdmittedFile[]
  /** The user's word on an unclear file. */
  decide(file: AdmittedFile, kind: IntakeKind): void
  drop(file: AdmittedFile): void
}

export function useIntake(): Intake {
  const ask = useAsk()
  const addDataset = useAddDataset()
  const [unclear, setUnclear] = useState<readonly AdmittedFile[]>([])
  const importModels = useCallback((files: readonly AdmittedFile[], modelId: ModelId | null) => {
    if (files.length > 0) ask('version.import', { files: files.map((f) => f.token), ...(modelId === null ? {} : { modelId }) }).catch(notifyError)
  }, [ask])
  const addDatasets = useCallback((files: readonly AdmittedFile[]) => {
    for (const file of files) addDataset(file).catch(notifyError)
  }, [addDataset])
  const take = useCallback((files: readonly AdmittedFile[], modelId: ModelId | null) => {
    const sorted = sortFiles(files)
    importModels(sorted.models, modelId)
    addDatasets(sorted.datasets)
    if (sorted.unclear.length > 0) setUnclear((before) => [...before, ...sorted.unclear])
  }, [importModels, addDatasets])
  const drop = useCallback((file: AdmittedFile) => setUnclear((before) => before.filter((f) => f.token !== file.token)), [])
  const decide = useCallback((file: AdmittedFile, kind: IntakeKind) => {
    drop(file)
    if (kind === 'model') importModels([file], null)
    else if (kind === 'dataset') addDatasets([file])
    else {
      ask('bundle.verify', { file: file.token }).catch(notifyError)
      go({ screen: 'verify' })
    }
  }, [drop, importModels, addDatasets, ask])
  return { take, unclear, decide, drop }
}
