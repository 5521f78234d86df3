// Asks what an archive, an unknown file or a mixed folder is; names alone do not say. Offers only what it can be.
import type { ReactNode } from 'react'
import { formatBytes, formatPlural } from '../../../shared/format.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Row } from '../../ui/page.tsx'
import styles from './intake.module.css'
import { isPicture, mayBeBundle, type FolderGuess } from './sort-files.ts'
import type { Decision, Unclear } from './use-intake.ts'

interface UnclearDialogProps {
  readonly files: readonly Unclear[]
  readonly onDecide: (unclear: Unclear, decision: Decision) => void
  readonly onDrop: (unclear: Unclear) => void
}

interface WaysProps { readonly unclear: Unclear; readonly onDecide: (decision: Decision) => void }

function FileWays({ unclear: { file }, onDecide }: WaysProps): ReactNode {
  return (
    <Row>
      <Button icon="library" onClick={() => onDecide('model')}>Import as a model</Button>
      <Button icon="data" onClick={() => onDecide('dataset')}>Add as a data set</Button>
      {mayBeBundle(file) && <Button icon="verify" onClick={() => onDecide('bundle')}>Verify as a bundle</Button>}
    </Row>
  )
}

function FolderWays({ holds, onDecide }: { readonly holds: FolderGuess; readonly onDecide: (decision: Decision) => void }): ReactNode {
  const { models, pictures, tables } = holds
  const unknown = models + pictures + tables.length === 0
  return (
    <Row>
      {(models > 0 || unknown) && <Button icon="library" onClick={() => onDecide('model')}>{unknown ? 'Import as a model' : `Import ${formatPlural(models, 'model')}`}</Button>}
      {(pictures > 0 || unknown) && <Button icon="image" onClick={() => onDecide('dataset')}>{unknown ? 'Add as images' : `Add ${formatPlural(pictures, 'picture')} as one data set`}</Button>}
      {tables.length > 0 && <Button icon="table" onClick={() => onDecide('tables')}>Add {formatPlural(tables.length, 'table')}</Button>}
      {models > 0 && tables.length > 0 && <Button icon="add" onClick={() => onDecide('models-and-tables')}>Import the models and add the tables</Button>}
    </Row>
  )
}

function folderWords({ models, pictures, tables, whole }: FolderGuess): string {
  const parts = [[models, 'model'], [pictures, 'picture'], [tables.length, 'table']].flatMap(([n, noun]) => (Number(n) > 0 ? [formatPlural(Number(n), String(noun))] : []))
  if (parts.length === 0) return 'It holds no ONNX model, no table and no picture by name. A folder can be a model with its weight files, or the pictures of a data set.'
  const last = parts.pop()
  return `It holds ${whole ? '' : 'at least '}${parts.length === 0 ? '' : `${parts.join(', ')} and `}${last ?? ''}. Choose what to take.`
}

function leadOf({ file, holds }: Unclear): string {
  if (holds !== null) return folderWords(holds)
  if (isPicture(file)) return 'One picture is no data set. Drop the folder that holds the pictures, with one folder per class or a file of labels beside them.'
  return `Its name does not say what it holds${file.bytes === null ? '' : ` (${formatBytes(file.bytes)})`}.`
}

export function UnclearDialog({ files, onDecide, onDrop }: UnclearDialogProps): ReactNode {
  const [first] = files
  if (first === undefined) return null
  const { file, holds } = first
  const picture = isPicture(file)
  return (
    <Dialog open onClose={() => onDrop(first)} title={picture ? `“${file.name}” is a picture` : `What is “${file.name}”?`} lead={leadOf(first)}>
      {picture ? <Row end><Button onClick={() => onDrop(first)}>Close</Button></Row>
        : holds !== null ? <FolderWays holds={holds} onDecide={(d) => onDecide(first, d)} /> : <FileWays unclear={first} onDecide={(d) => onDecide(first, d)} />}
      {files.length > 1 && <p className={styles['about']}>{files.length - 1} more to decide after this one.</p>}
    </Dialog>
  )
}
