// Asks what a folder, an archive or an unknown file is; its name alone does not say.
import type { ReactNode } from 'react'
import type { AdmittedFile } from '../../../shared/contract.ts'
import { formatBytes } from '../../../shared/format.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Row } from '../../ui/page.tsx'
import styles from './intake.module.css'
import type { IntakeKind } from './sort-files.ts'

interface UnclearDialogProps {
  readonly files: readonly AdmittedFile[]
  readonly onDecide: (file: AdmittedFile, kind: IntakeKind) => void
  readonly onDrop: (file: AdmittedFile) => void
}

export function UnclearDialog({ files, onDecide, onDrop }: UnclearDialogProps): ReactNode {
  const [file] = files
  if (file === undefined) return null
  const folder = file.kind === 'folder'
  return (
    <Dialog
      open onClose={() => onDrop(file)} title={`What is “${file.name}”?`}
      lead={folder ? 'A folder can hold a model with its weight files, or the pictures of a data set.' : `Its name does not say what it holds${file.bytes === null ? '' : ` (${formatBytes(file.bytes)})`}.`}
    >
      <Row>
        <Button icon="library" onClick={() => onDecide(file, 'model')}>Import as a model</Button>
        <Button icon={folder ? 'image' : 'data'} onClick={() => onDecide(file, 'dataset')}>{folder ? 'Add as images' : 'Add as a data set'}</Button>
        {!folder && <Button icon="verify" onClick={() => onDecide(file, 'bundle')}>Verify as a bundle</Button>}
      </Row>
      {files.length > 1 && <p className={styles['about']}>{files.length - 1} more to decide after this one.</p>}
    </Dialog>
  )
}
