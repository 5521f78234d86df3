// Answers `compare`: stored predictions of a champion and its challengers, paired by record, tested and judged. Runs no model.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { PairedRows } from '../../../shared/domain/verdict.ts'
import { comparePair, judgePairs, type ComparedPair } from '../../../shared/verdict/judge-pairs.ts'
import { readPairedPredictions } from '../datasets/paired-predictions.ts'
import type { EngineContract } from './engine-contract.ts'

type Method = EngineContract['compare']

const rankings = /^(roc_auc|gini|average_precision|ks_statistic)/

/** One challenger after the other, so that only one pair of files is in memory. Errors: `input.invalid`, `dataset.notReadable`, `job.cancelled`. */
export async function compareRuns(input: InputOf<Method>, context: CallContext<{ step: string, done: number | null, total: number | null }>): Promise<OutputOf<Method>> {
  const { task, champion, challengers, metrics, confidence, power, margins, seed, positiveClass, separator } = input
  const pairs: { readonly rows: PairedRows, readonly compared: ComparedPair }[] = []
  const total = challengers.length * 2
  for (const [i, challenger] of challengers.entries()) {
    context.progress({ step: 'pairing the rows', done: 2 * i, total })
    const { rows, answers } = await readPairedPredictions({ task, first: champion, second: challenger, positiveClass, separator, ranked: metrics.some((m) => rankings.test(m.metric)) }, context.signal)
    context.progress({ step: 'testing the differences', done: 2 * i + 1, total })
    // Lets the progress out, and a cancel in, before the numbers take the process.
    await new Promise((done) => { setImmediate(done) })
    if (context.signal.aborted) throw new SlipwayError('job.cancelled', {})
    pairs.push({ rows, compared: comparePair(answers, metrics, { confidence, seed }) })
  }
  const judged = judgePairs(pairs.map((p) => p.compared), { confidence, power, seed, margins })
  return { questions: judged.questions, challengers: judged.challengers.map((c, i) => ({ ...c, rows: pairs[i]!.rows })) }
}
