// What a run says about the data it read: part of the rows only, or a file that is not plain CSV. Owns these sentences.
import type { Dataset } from '../../../shared/domain/dataset.ts'
import type { RunOptions } from '../../../shared/domain/run.ts'
import { formatCount, formatPlural } from '../../../shared/format.ts'
import { delimiterNames, encodingNames } from '../../../shared/reading-words.ts'

/** How a delimited file was read, where that is not commas, decimal points, UTF-8 and a header line: the reading decides the numbers. */
function formatNote({ format }: Pick<Dataset, 'format'>): string | null {
  if (format.kind !== 'csv') return null
  const delimiter = delimiterNames[format.delimiter]
  const unusual = [
    format.delimiter === ',' ? null : `columns between ${delimiter === undefined ? `“${format.delimiter}”` : `${delimiter}s`}`,
    format.decimal === '.' ? null : 'decimal commas', format.encoding === 'utf-8' ? null : `the encoding ${encodingNames[format.encoding]}`, format.header ? null : 'no header line',
  ].filter((words) => words !== null)
  return unusual.length === 0 ? null : `The data file was read with ${unusual.length === 1 ? unusual[0]! : `${unusual.slice(0, -1).join(', ')} and ${unusual.at(-1)!}`}.`
}

/** The notes of a run about its data, none where every row of a plain file was read. */
export function readingNotes(dataset: Pick<Dataset, 'format' | 'rows'>, options: Pick<RunOptions, 'limit'>): string[] {
  const part = options.limit !== null && options.limit < dataset.rows ? `Only the first ${formatCount(options.limit)} of ${formatPlural(dataset.rows, 'row')} were evaluated, as asked.` : null
  return [part, formatNote(dataset)].filter((note) => note !== null)
}
