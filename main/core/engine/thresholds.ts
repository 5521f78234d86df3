// Answers `thresholds`: what every decision threshold of a finished run would give, and the best one for a goal. Runs no model.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { bestThreshold } from '../../../shared/thresholds/best-threshold.ts'
import { countsAt, scoreTable, tablePoints } from '../../../shared/thresholds/score-table.ts'
import { readScoreGroups } from '../datasets/score-groups.ts'
import type { EngineContract } from './engine-contract.ts'

type Method = EngineContract['thresholds']

/** Points that are sent at most; all else is worked out from every distinct score. */
const mostPoints = 1000

/** Errors: `input.invalid` for a class without scores, `dataset.notReadable`, `job.cancelled`. */
export async function exploreThresholds(input: InputOf<Method>, context: CallContext): Promise<OutputOf<Method>> {
  const groups = await readScoreGroups(input.predictions, input.class, input.separator, context.signal)
  const table = scoreTable(groups)
  const best = bestThreshold(table, input.goal, input.seed)
  const also = [...new Set([...input.at, ...(best.found === null ? [] : [best.found.threshold])])]
  return {
    rows: table.positives + table.negatives, positives: table.positives, negatives: table.negatives, distinct: groups.scores.length,
    points: tablePoints(table, mostPoints, also), best,
    asked: input.at.map((threshold) => ({ threshold, counts: countsAt(table, threshold) })),
  }
}
