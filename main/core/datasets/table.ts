// Opens any table file as a stream of columnar chunks through DuckDB, with bounded memory.
// Refuses to hand out row objects; format detection lives in csv-detect.ts.
import type { DatasetSource } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { TableReader, TableWish } from './rows.ts'

/**
 * Opens a table for one pass. Columns come back in the order wished. A wished column that the source lacks is `dataset.columnMissing`;
 * a file that cannot be read is `dataset.notReadable`.
 */
export async function openTable(source: DatasetSource, wish: TableWish): Promise<TableReader> {
  throw new SlipwayError('internal.bug', { reason: `not built yet: ${source.path} ${wish.columns.length}` })
}
