// dataset.flag: which columns of a data set hold personal data, or all of it. Their values enter no bundle and no export.
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { InputOf } from '../../../shared/contract-kit.ts'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { Parts } from '../parts.ts'
import { getDataset } from '../store/datasets.ts'
import { record } from '../store/history.ts'
import { insertFlags } from '../store/personal.ts'

/** Replaces the flags of a data set. Errors: `input.unknownId`, `input.invalid` for a column that it does not have. */
export function flagDataset(parts: Parts, { datasetId, whole, columns, reason }: InputOf<SlipwayContract['dataset.flag']>): Dataset {
  const at = parts.clock()
  return parts.store.write((db) => {
    const dataset = getDataset(db, datasetId)
    const unknown = columns.find((name) => !dataset.columns.some((c) => c.name === name))
    if (unknown !== undefined) throw new SlipwayError('input.invalid', { reason: `${dataset.name} has no column “${unknown}”` })
    const named = [...new Set(columns)]
    const sentence = whole ? `All of ${dataset.name} is personal data.` : named.length === 0 ? `${dataset.name} is not flagged as personal data any more.` : `Personal data in ${dataset.name}: ${named.join(', ')}.`
    const eventId = record(db, { verb: 'dataset.flag', subject: datasetId, sentence, facts: { whole, columns: named }, why: reason ?? null }, at)
    insertFlags(db, datasetId, { whole, columns: named, eventId, at })
    return getDataset(db, datasetId)
  })
}
