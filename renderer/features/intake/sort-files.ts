// What a handed-over file probably is, by its name alone. The core decides by its bytes; this only chooses the question to ask.
import type { AdmittedFile } from '../../../shared/contract.ts'

export type IntakeKind = 'model' | 'dataset' | 'bundle'

const dataset = new Set(['csv', 'tsv', 'jsonl', 'ndjson', 'parquet', 'arrow', 'xlsx'])
const model = new Set([
  'onnx', 'ort', 'pb', 'pbtxt', 'pkl', 'pickle', 'joblib', 'pt', 'pth', 'h5', 'hdf5', 'keras', 'tflite', 'mlmodel', 'mlpackage', 'gguf', 'safetensors', 'ubj', 'bst', 'model', 'data', 'weights',
])

const extension = (name: string): string => name.toLowerCase().split('.').at(-1) ?? ''

/** Model or data set by extension; null when only the user can say (folders, archives, plain text). */
export function kindByName(file: AdmittedFile): IntakeKind | null {
  if (file.kind === 'folder') return null
  const ending = extension(file.name)
  return dataset.has(ending) ? 'dataset' : model.has(ending) ? 'model' : null
}

export interface SortedFiles {
  readonly models: readonly AdmittedFile[]
  readonly datasets: readonly AdmittedFile[]
  readonly unclear: readonly AdmittedFile[]
}

/** Sorts files by kind. Beside an ONNX file, what nobody knows is taken for its weights. */
export function sortFiles(files: readonly AdmittedFile[]): SortedFiles {
  const withModel = files.some((f) => extension(f.name) === 'onnx')
  const kind = (f: AdmittedFile): IntakeKind | null => kindByName(f) ?? (withModel && f.kind === 'file' && extension(f.name) !== 'zip' ? 'model' : null)
  return { models: files.filter((f) => kind(f) === 'model'), datasets: files.filter((f) => kind(f) === 'dataset'), unclear: files.filter((f) => kind(f) === null) }
}
