// What a handed-over file or folder probably is, by names alone. The core decides by the bytes; this only chooses the question to ask.
import type { AdmittedFile, FolderContents } from '../../../shared/contract.ts'

export type IntakeKind = 'model' | 'dataset' | 'bundle' | 'review'

const dataset = new Set(['csv', 'tsv', 'json', 'jsonl', 'ndjson', 'parquet', 'arrow', 'xlsx'])
const model = new Set([
  'onnx', 'ort', 'pb', 'pbtxt', 'pkl', 'pickle', 'joblib', 'pt', 'pth', 'h5', 'hdf5', 'keras', 'tflite', 'mlmodel', 'mlpackage', 'gguf', 'safetensors', 'ubj', 'bst', 'model', 'data', 'weights',
])
const picture = new Set(['png', 'jpg', 'jpeg', 'webp', 'gif', 'bmp', 'tif', 'tiff'])
const archive = new Set(['zip', 'tar', 'gz', 'tgz', '7z', 'rar'])
/** Table files that a folder is looked through for. */
export const tableEndings = ['csv', 'tsv', 'json', 'jsonl', 'ndjson', 'parquet'] as const

const extension = (name: string): string => (name.includes('.') ? name.toLowerCase().split('.').at(-1) ?? '' : '')

/** A picture alone is no data set; the folder around it is. */
export const isPicture = (file: AdmittedFile): boolean => file.kind === 'file' && picture.has(extension(file.name))
/** What can hold a bundle: an archive, or a name that says nothing. */
export const mayBeBundle = (file: AdmittedFile): boolean => file.kind === 'file' && ['zip', 'mlbundle', ''].includes(extension(file.name))

/** Model, data set, bundle or review file by name; null when only the user can say (folders, other archives, plain text). */
export function kindByName(file: AdmittedFile): IntakeKind | null {
  if (file.kind === 'folder') return null
  if (/\.mlbundle(\.zip)?$/i.test(file.name)) return 'bundle'
  if (/\.(review|answer)\.json$/i.test(file.name)) return 'review'
  const ending = extension(file.name)
  return dataset.has(ending) ? 'dataset' : model.has(ending) ? 'model' : null
}

export interface SortedFiles {
  readonly models: readonly AdmittedFile[]
  readonly datasets: readonly AdmittedFile[]
  readonly bundles: readonly AdmittedFile[]
  readonly reviews: readonly AdmittedFile[]
  readonly folders: readonly AdmittedFile[]
  readonly unclear: readonly AdmittedFile[]
}

/** Sorts files by kind. Beside an ONNX file, what nobody knows is taken for its weights; of several pictures one is asked about. */
export function sortFiles(files: readonly AdmittedFile[]): SortedFiles {
  const withModel = files.some((f) => extension(f.name) === 'onnx')
  const weights = (f: AdmittedFile): boolean => withModel && !archive.has(extension(f.name)) && !isPicture(f)
  const kindOf = (f: AdmittedFile): IntakeKind | 'folder' | 'unclear' => (f.kind === 'folder' ? 'folder' : kindByName(f) ?? (weights(f) ? 'model' : 'unclear'))
  const of = (kind: ReturnType<typeof kindOf>): readonly AdmittedFile[] => files.filter((f) => kindOf(f) === kind)
  const firstPicture = files.find(isPicture)
  return { models: of('model'), datasets: of('dataset'), bundles: of('bundle'), reviews: of('review'), folders: of('folder'), unclear: of('unclear').filter((f) => !isPicture(f) || f === firstPicture) }
}

/** What a folder holds, as far as it matters here. */
export interface FolderGuess { readonly models: number; readonly pictures: number; readonly tables: readonly AdmittedFile[]; readonly bundle: boolean; readonly whole: boolean }

/** Beside models, a JSON file is rather their configuration than a table. */
export function guessFolder(contents: FolderContents): FolderGuess {
  const count = (of: ReadonlySet<string>): number => contents.endings.filter((e) => of.has(e.ending)).reduce((n, e) => n + e.count, 0)
  const models = count(new Set(['onnx', 'ort', 'pb', 'pt', 'pth', 'h5', 'keras', 'tflite', 'safetensors', 'gguf']))
  const tables = contents.files.filter((f) => models === 0 || extension(f.name) !== 'json')
  return { models, pictures: count(picture), tables, bundle: contents.bundle, whole: contents.whole }
}

/** So many tables are added without a question. */
const mostTables = 20

/** The obvious thing to do with a folder; null when it is mixed, holds nothing known, or very many tables. */
export function folderKind({ models, pictures, tables, bundle, whole }: FolderGuess): IntakeKind | 'tables' | null {
  if (bundle) return 'bundle'
  // Label files and annotations lie beside pictures, but never outnumber them.
  if (models === 0 && pictures > tables.length) return 'dataset'
  if (pictures > 0) return null
  if (models > 0) return tables.length === 0 ? 'model' : null
  return tables.length > 0 && tables.length <= mostTables && whole ? 'tables' : null
}
