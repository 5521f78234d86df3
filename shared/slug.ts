// Names of models as names of files, folders and served models: one rule for all of them.

/** Lower-case letters, digits and hyphens, starting with a letter: what Triton, KServe and Kubernetes all accept as a name. */
export function slugOf(name: string): string {
  const plain = name.normalize('NFKD').toLowerCase().replace(/[\u0300-\u036f]/g, '').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 50).replace(/-+$/, '')
  if (plain === '') return 'model'
  return /^[a-z]/.test(plain) ? plain : `model-${plain}`
}

/** The folder inside a bundle: `income-2.0.0`. */
export const bundleFolderName = (modelName: string, version: string): string => `${slugOf(modelName)}-${version}`

/** The file that a bundle is written to when nobody names another: `income-2.0.0.mlbundle.zip`. */
export const bundleFileName = (modelName: string, version: string): string => `${bundleFolderName(modelName, version)}.mlbundle.zip`

/** A text as one word of a POSIX shell, quoted only where it must be. */
export function shellWord(text: string): string {
  const safe = text.startsWith('-') ? `./${text}` : text
  return /^[A-Za-z0-9._/@%+=:,-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`
}
