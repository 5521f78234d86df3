// Names of what stands between columns and of text encodings, for whoever says how a file was read. Owns these words only.
import type { CsvFormat } from './domain/dataset.ts'

/** In the singular; a character without a name of its own is not here. */
export const delimiterNames: Readonly<Record<string, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar', ' ': 'space' }

export const encodingNames: Readonly<Record<CsvFormat['encoding'], string>> = { 'utf-8': 'UTF-8', 'utf-16le': 'UTF-16 LE', 'utf-16be': 'UTF-16 BE', 'latin-1': 'Latin-1' }
