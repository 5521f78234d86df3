// Reads a data set's file with the user's settings instead of the detected ones; a refusal stays in the dialog, so that it can be mended.
import { useEffect, useState, type ReactNode } from 'react'
import type { AdmittedFile } from '../../../shared/contract.ts'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import { jobEnded } from '../../../shared/domain/job.ts'
import type { JobId } from '../../../shared/ids.ts'
import { useBridge } from '../../bridge/bridge.tsx'
import { useAddDataset } from '../../bridge/use-add-dataset.ts'
import { resultOf, useJob } from '../../bridge/use-jobs.ts'
import { Button } from '../button.tsx'
import { Dialog } from '../dialog.tsx'
import { ErrorPanel } from '../error-panel.tsx'
import { Progress } from '../progress.tsx'
import { detectAll, draftFault, draftOf, keepsColumns, overrideOf, type FormatDraft } from './format-draft.ts'
import { TextFields, TypeFields } from './format-fields.tsx'
import styles from './reading.module.css'

interface ReadAgainProps {
  readonly fileName: string
  /** The file, handed over when the reading starts. */
  readonly file: () => Promise<AdmittedFile>
  /** How it is read now; null when it never could be. */
  readonly known: Dataset | null
  readonly onAdded: (dataset: Dataset) => void
  readonly onClose: () => void
}

interface Reading { readonly running: boolean; readonly fraction: number | null; readonly error: unknown; readonly added: Dataset | null; start(draft: FormatDraft): void }

/** One reading after the other, until one succeeds. */
function useReading({ file, known }: ReadAgainProps): Reading {
  const { handed, jobs } = useBridge()
  const add = useAddDataset()
  const [jobId, setJobId] = useState<JobId | null>(null)
  const [refusal, setRefusal] = useState<unknown>(null)
  const [starting, setStarting] = useState(false)
  const job = useJob(jobId)
  // Nobody looks any more: what is still running is reported like every other file.
  useEffect(() => () => {
    const mine = jobId === null ? undefined : handed.get(jobId)
    const seen = jobs.get(jobId)
    if (mine !== undefined && jobId !== null && (seen === null || !jobEnded(seen.state))) handed.set(jobId, { ...mine, quiet: false })
  }, [handed, jobs, jobId])
  const start = (draft: FormatDraft): void => {
    setRefusal(null)
    setStarting(true)
    const types = known !== null && keepsColumns(draft, known)
    file().then((admitted) => add(admitted, { format: overrideOf(draft, types), copy: known?.copied ?? false, quiet: true }))
      .then(setJobId, (thrown: unknown) => { setJobId(null); setRefusal(thrown) }).finally(() => setStarting(false))
  }
  return { running: starting || (jobId !== null && (job === null || !jobEnded(job.state))), fraction: job?.fraction ?? null, error: refusal ?? job?.error ?? null, added: resultOf('dataset.add', job), start }
}

function TypesPart({ known, draft, onChange }: { readonly known: Dataset; readonly draft: FormatDraft; readonly onChange: (draft: FormatDraft) => void }): ReactNode {
  return (
    <section className={styles['part']} aria-label="Column types">
      <h3>Column types</h3>
      {keepsColumns(draft, known)
        ? <TypeFields draft={draft} onChange={onChange} columns={known.columns} />
        : <p className={styles['note']}>These settings can give other columns. Read the file first; then set types on the page of the new data set.</p>}
    </section>
  )
}

export function ReadAgainDialog(props: ReadAgainProps): ReactNode {
  const { fileName, known, onAdded, onClose } = props
  const [draft, setDraft] = useState<FormatDraft>(() => (known === null ? detectAll : draftOf(known)))
  const reading = useReading(props)
  const { added } = reading
  useEffect(() => { if (added !== null) onAdded(added) }, [added, onAdded])
  const text = known === null || known.format.kind === 'csv'
  return (
    <Dialog
      open wide onClose={onClose} title={`Read “${fileName}” with other settings`}
      lead={known === null ? 'What you leave at “Detect” is found out from the file.' : 'The result is a new data set. The old one stays as it is, so that old results keep their meaning.'}
      actions={<><Button onClick={onClose}>Cancel</Button><Button look="primary" icon="data" busy={reading.running} disabled={draftFault(draft) !== null} onClick={() => reading.start(draft)}>Read the file</Button></>}
    >
      {text && <TextFields draft={draft} onChange={setDraft} />}
      {known !== null && <TypesPart known={known} draft={draft} onChange={setDraft} />}
      {reading.running && <div className={styles['part']}><Progress label="Reading" fraction={reading.fraction} /></div>}
      {reading.error !== null && !reading.running && <div className={styles['part']}><ErrorPanel compact error={reading.error} /></div>}
    </Dialog>
  )
}
