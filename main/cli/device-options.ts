// The options that say what to measure and on which rows, for `slipway parity` and `slipway speed`. Owns no measurement.
import type { Command } from 'commander'
import type { Binding } from '../../shared/domain/binding.ts'
import type { DatasetId, VersionId } from '../../shared/ids.ts'
import { chooseBinding } from './evaluate.ts'
import { formatOverride, withFormatOptions, type FormatOptions } from './dataset.ts'
import type { CliSession } from './open-session.ts'
import { dataset, version } from './references.ts'

export interface MeasureOptions extends FormatOptions { readonly data: string; readonly target?: string; readonly separator?: string; readonly binding?: string }

/** Adds the options of the rows and the binding. */
export const withMeasureOptions = (command: Command): Command => withFormatOptions(command.requiredOption('--data <data>', 'a data set, file or image folder'))
  .option('--target <column>', 'the column with the true answers, where no binding is stored yet').option('--binding <file>', 'a binding file instead of the stored one or a proposal')

/** The version, the data set and the binding that was asked for; files are imported first. */
export async function measured(session: CliSession, model: string, options: MeasureOptions): Promise<{ versionId: VersionId; datasetId: DatasetId; binding: Binding }> {
  const found = await version(session, model)
  const rows = await dataset(session, options.data, formatOverride(options))
  const { binding } = await chooseBinding(session, found, rows, options)
  return { versionId: found.id, datasetId: rows.id, binding }
}
