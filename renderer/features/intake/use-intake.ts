// Takes files in: models go into one import, every table into its own data set, a folder as what it holds; what is unclear waits for the user's word.
import { useCallback, useState } from 'react'
import type { AdmittedFile } from '../../../shared/contract.ts'
import { formatPlural } from '../../../shared/format.ts'
import type { ModelId } from '../../../shared/ids.ts'
import { useTakeReview } from '../../bridge/handed-reviews.ts'
import { useAddDataset } from '../../bridge/use-add-dataset.ts'
import { useAsk } from '../../bridge/use-call.ts'
import { go } from '../../route.ts'
import { notify, notifyError } from '../../ui/toast.tsx'
import { folderKind, guessFolder, sortFiles, tableEndings, type FolderGuess, type IntakeKind } from './sort-files.ts'

/** Something that only the user can name; `holds` for a folder that was looked into. */
export interface Unclear { readonly file: AdmittedFile; readonly holds: FolderGuess | null }
export type Decision = IntakeKind | 'tables' | 'models-and-tables'

export interface Intake {
  take(files: readonly AdmittedFile[], modelId: ModelId | null): void
  readonly unclear: readonly Unclear[]
  /** The user's word on what is unclear. */
  decide(unclear: Unclear, decision: Decision): void
  drop(unclear: Unclear): void
}

type Act = (unclear: Unclear, decision: Decision, modelId: ModelId | null) => void

/** Does what was decided. */
function useAct(): Act {
  const ask = useAsk()
  const addDataset = useAddDataset()
  return useCallback(({ file, holds }, decision, modelId) => {
    const tables = decision === 'dataset' ? [file] : decision === 'tables' || decision === 'models-and-tables' ? holds?.tables ?? [] : []
    if (decision === 'model' || decision === 'models-and-tables') ask('version.import', { files: [file.token], ...(modelId === null ? {} : { modelId }) }).catch(notifyError)
    for (const table of tables) addDataset(table).catch(notifyError)
    if (decision !== 'bundle') return
    ask('bundle.verify', { file: file.token }).catch(notifyError)
    go({ screen: 'verify' })
  }, [ask, addDataset])
}

/** Review files, one after the other: answers are recorded, the last request is shown; the others wait in the inbox. */
function useReviews(): (files: readonly AdmittedFile[]) => Promise<void> {
  const take = useTakeReview()
  return useCallback(async (files) => {
    let shown: string | null = null
    let recorded = 0
    for (const file of files) {
      const taken = await take(file)
      if (taken?.kind === 'request') shown = taken.opened.sha256
      if (taken?.kind === 'answer') recorded++
    }
    if (recorded > 0) notify(`${formatPlural(recorded, 'answer')} recorded.`)
    go({ screen: 'reviews', ...(shown === null ? {} : { request: shown }) })
  }, [take])
}

export function useIntake(): Intake {
  const ask = useAsk()
  const act = useAct()
  const takeReviews = useReviews()
  const [unclear, setUnclear] = useState<readonly Unclear[]>([])
  const takeFolder = useCallback(async (file: AdmittedFile, modelId: ModelId | null): Promise<void> => {
    const holds = guessFolder(await ask('shell.lookInto', { folder: file.token, endings: [...tableEndings] }))
    const kind = folderKind(holds)
    if (kind === null) setUnclear((before) => [...before, { file, holds }])
    else act({ file, holds }, kind, modelId)
  }, [ask, act])
  const take = useCallback((files: readonly AdmittedFile[], modelId: ModelId | null) => {
    const sorted = sortFiles(files)
    const clear = (file: AdmittedFile, kind: IntakeKind): void => act({ file, holds: null }, kind, null)
    if (sorted.models.length > 0) ask('version.import', { files: sorted.models.map((f) => f.token), ...(modelId === null ? {} : { modelId }) }).catch(notifyError)
    for (const file of sorted.datasets) clear(file, 'dataset')
    for (const file of sorted.bundles) clear(file, 'bundle')
    if (sorted.reviews.length > 0) takeReviews(sorted.reviews).catch(notifyError)
    for (const folder of sorted.folders) takeFolder(folder, modelId).catch(notifyError)
    if (sorted.unclear.length > 0) setUnclear((before) => [...before, ...sorted.unclear.map((file) => ({ file, holds: null }))])
  }, [ask, act, takeFolder, takeReviews])
  const drop = useCallback(({ file }: Unclear) => setUnclear((before) => before.filter((u) => u.file.token !== file.token)), [])
  const decide = useCallback((what: Unclear, decision: Decision) => {
    drop(what)
    act(what, decision, null)
  }, [drop, act])
  return { take, unclear, decide, drop }
}
