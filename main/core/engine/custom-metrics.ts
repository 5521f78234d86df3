// Answers `metrics.custom`: metrics of a user's own over stored predictions, each within a time limit, with an interval where one is known.
// An expression that fails is its metric's reason; only a cancel ends the whole question.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { MetricValue } from '../../../shared/domain/run.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { known, unknown } from '../../../shared/metrics/metric-values.ts'
import { leftOutGroups, openCustomTable, type CustomTable } from '../datasets/custom-sql.ts'
import type { EngineContract } from './engine-contract.ts'

type Method = EngineContract['metrics.custom']

/** One metric may take this long, its interval included. */
const limitMs = 20_000
/** With fewer rows a twentieth of them is no sample of anything. */
const fewestRows = 200
/** The 97.5 % point of Student's t with 19 degrees of freedom. */
const student = 2.093024054408263
/** Leaving out rows says nothing about the spread of an extreme value, and too little about that of a quantile, which moves in steps. B. Efron, 1982, chapter 3. */
const extreme = /\b(min|max|mode|median|quantile|quantile_cont|quantile_disc|mad|arg_min|arg_max|min_by|max_by|approx_count_distinct|bool_and|bool_or|product)\s*\(/i
/** Totals grow with the rows, so that of fewer rows is another one. A total divided by something is a rate again. */
const total = /^\s*(sum|fsum|kahan_sum|count|count_if|countif)\s*\(/i

/** Delete-a-group jackknife: J. Shao, D. Tu, The Jackknife and Bootstrap, 1995, section 2.3. Null where it does not apply. */
async function intervalOf(table: CustomTable, expression: string, value: number, signal: AbortSignal): Promise<{ low: number, high: number } | null> {
  if (table.rows < fewestRows || extreme.test(expression) || (total.test(expression) && !expression.includes('/'))) return null
  const values: number[] = []
  for (let group = 0; group < leftOutGroups; group++) {
    const without = await table.value(expression, group, signal)
    if (without === null) return null
    values.push(without)
  }
  const mean = values.reduce((a, b) => a + b, 0) / leftOutGroups
  const error = Math.sqrt((leftOutGroups - 1) / leftOutGroups * values.reduce((sum, v) => sum + (v - mean) ** 2, 0))
  return { low: value - student * error, high: value + student * error }
}

async function measure(table: CustomTable, metric: string, expression: string, signal: AbortSignal): Promise<MetricValue> {
  await table.check(expression, signal)
  const value = await table.value(expression, null, signal)
  if (value === null) return unknown(metric, table.rows, 'The expression has no value for these rows, such as after a division by zero.')
  // An interval that takes too long is left out; the value stays.
  const interval = await intervalOf(table, expression, value, signal).catch(() => null)
  return known(metric, value, table.rows, interval ?? {})
}

/** Each metric's value, or why it has none; `fault`: the first expression that cannot be computed at all, as an error's plain form. */
export async function computeCustom(input: InputOf<Method>, context: CallContext): Promise<OutputOf<Method>> {
  const table = await openCustomTable(input.predictions, input.positiveClass, context.signal)
  try {
    const metrics: MetricValue[] = []
    for (const { metric, expression } of input.expressions) {
      const limit = AbortSignal.timeout(limitMs)
      const signal = AbortSignal.any([context.signal, limit])
      try {
        if (input.predictions === null) await table.check(expression, signal)
        else metrics.push(await measure(table, metric, expression, signal))
      } catch (thrown) {
        if (context.signal.aborted || !(thrown instanceof SlipwayError)) throw thrown
        const error = limit.aborted ? new SlipwayError('metric.invalid', { reason: `it takes longer than ${limitMs / 1000} seconds`, columns: table.columns.join(', ') }) : thrown
        if (input.strict) throw error
        metrics.push(unknown(metric, table.rows, error.message))
      }
    }
    return { metrics }
  } finally { table.close() }
}
