// The ways on from a data file that was refused: an answer about its first line, or other settings. Nothing for other refusals.
import { useCallback, useState, type ReactNode } from 'react'
import type { AdmittedFile } from '../../../shared/contract.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { useAddDataset, useHandedFile } from '../../bridge/use-add-dataset.ts'
import { useAsk } from '../../bridge/use-call.ts'
import { Button } from '../../ui/button.tsx'
import { ReadAgainDialog } from '../../ui/reading/read-again-dialog.tsx'
import { notifyError } from '../../ui/toast.tsx'
import type { IntakeLine } from './intake-lines.ts'

const mendable: readonly string[] = ['dataset.headerUnclear', 'dataset.notReadable']

/** Whether other settings can help at all. */
export const canReadAgain = (line: IntakeLine): boolean => line.kind === 'refused' && line.job.method === 'dataset.add' && mendable.includes(line.error.code)

/** `onDone` is called once the file is on its way again, so that the old refusal can go. */
export function RefusalWays({ line, onDone }: { readonly line: Extract<IntakeLine, { kind: 'refused' }>; readonly onDone: () => void }): ReactNode {
  const ask = useAsk()
  const add = useAddDataset()
  const handed = useHandedFile(line.job.id)
  const [open, setOpen] = useState(false)
  // After a reload of the window the permission to read the file is gone; the user hands it over again.
  const file = useCallback(async (): Promise<AdmittedFile> => {
    const chosen = handed ?? (await ask('shell.openFiles', { what: 'dataset' }))[0]
    if (chosen === undefined) throw new SlipwayError('input.tokenUnknown', {})
    return chosen
  }, [ask, handed])
  if (!canReadAgain(line) || handed?.kind === 'folder') return null
  const answer = (header: boolean): void => { file().then((f) => add(f, { format: { header } })).then(onDone, notifyError) }
  return (
    <>
      {line.error.code === 'dataset.headerUnclear' && (
        <>
          <Button onClick={() => answer(true)}>It names the columns</Button>
          <Button onClick={() => answer(false)}>It is data</Button>
        </>
      )}
      <Button onClick={() => setOpen(true)}>Other settings…</Button>
      {open && <ReadAgainDialog fileName={handed?.name ?? line.job.title.replace(/^Add /, '')} file={file} known={null} onAdded={onDone} onClose={() => setOpen(false)} />}
    </>
  )
}
