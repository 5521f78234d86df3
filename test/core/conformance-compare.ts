// Every comparison of the fixtures: the engine's `compare` over the stored predictions of two lines of the table.
// Refuses to skip: a reference number that nothing maps to is a difference.
import { engineHandlers } from '../../main/core/engine/engine-handlers.ts'
import type { Agreement, ErrorTests, MetricVerdict } from '../../shared/domain/verdict.ts'
import { json, type Conformance } from './conformance-cases.ts'
import { evaluated } from './conformance-evaluations.ts'
import { openTally, type Allowed, type Tally } from './conformance-tally.ts'
import { quiet } from './evaluate-case.ts'
import { leaves, type Leaf } from './reference-walker.ts'

interface Found { readonly paired: number; readonly agreement: Agreement | null; readonly errors: ErrorTests | null; readonly primary: MetricVerdict }

/** What the comparison says for a name of the reference; the last part of a path is enough. */
const places: Readonly<Record<string, readonly [(found: Found) => Leaf | undefined, Allowed]>> = {
  n: [(f) => f.paired, 'exact'], changed_rows: [(f) => f.agreement?.changedRows, 'exact'], agreement: [(f) => f.agreement?.share, { within: 1e-12 }],
  accuracy_first: [(f) => f.primary.first, { within: 1e-12 }], accuracy_second: [(f) => f.primary.second, { within: 1e-12 }], accuracy_delta: [(f) => f.primary.difference, { within: 1e-12 }],
  both_right: [(f) => f.agreement?.bothRight, 'exact'], only_first_right: [(f) => f.agreement?.onlyFirstRight, 'exact'], only_second_right: [(f) => f.agreement?.onlySecondRight, 'exact'], both_wrong: [(f) => f.agreement?.bothWrong, 'exact'],
  exact_p: [(f) => f.agreement?.exactP, { share: 1e-6 }], chi2_corrected: [(f) => f.agreement?.chiSquare, { within: 1e-9 }], chi2_corrected_p: [(f) => f.agreement?.chiSquareP, { share: 1e-6 }],
  mae_first: [(f) => f.errors?.firstMae, { within: 1e-6 }], mae_second: [(f) => f.errors?.secondMae, { within: 1e-6 }], mae_delta: [(f) => f.errors?.maeDifference, { within: 1e-6 }],
  mean_abs_prediction_difference: [(f) => f.errors?.meanPredictionDifference, { within: 1e-6 }],
  first_closer: [(f) => f.errors?.firstCloser, 'exact'], second_closer: [(f) => f.errors?.secondCloser, 'exact'],
  wilcoxon_statistic: [(f) => f.errors?.wilcoxon.statistic, 'exact'], wilcoxon_p: [(f) => f.errors?.wilcoxon.p, { share: 1e-6 }],
  paired_t_statistic: [(f) => f.errors?.pairedT.statistic, { within: 1e-4 }], paired_t_p: [(f) => f.errors?.pairedT.p, { share: 1e-4 }],
}

/** Compares two evaluations on the same rows and walks the reference. */
export async function checkComparison(first: Conformance, second: Conformance, reference: string): Promise<Tally> {
  const [a, b] = [await evaluated(first), await evaluated(second)]
  const { task, positiveClass } = a.proposal.binding
  const file = ({ predictions, proposal }: typeof a): { path: string; labels: string[] } => ({ path: predictions, labels: proposal.binding.classes.map((c) => c.label) })
  const { challengers: [found] } = await engineHandlers.compare({
    task, champion: file(a), challengers: [file(b)], positiveClass: task === 'binary-classification' ? positiveClass : null, separator: '|',
    metrics: [{ metric: task === 'regression' ? 'mae' : 'accuracy', slice: '' }], confidence: 0.95, power: 0.8, margins: {}, seed: 1,
  }, quiet)
  const tally = openTally()
  const { paired, ...apart } = found!.rows
  for (const [name, rows] of Object.entries(apart)) if (rows !== 0) tally.add(`rows.${name}`, 0, rows, 'exact')
  for (const { path, expected } of leaves(json<{ metrics: unknown }>(reference).metrics)) {
    const place = places[String(path.at(-1))]
    tally.add(path.join('.'), expected, place?.[0]({ paired, agreement: found!.agreement, errors: found!.errors, primary: found!.metrics[0]! }), place?.[1] ?? 'exact')
  }
  return tally.found
}
