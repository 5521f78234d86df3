// Hits and misses of every label at one threshold, and the shares and averages that follow from them.
// A share with nothing under it is 0 (as in scikit-learn, zero_division = 0).
import type { MetricValue } from '../domain/run.ts'
import { f1Interval, wilsonInterval } from '../statistics/wilson.ts'
import { classSlice, known, valueUnless } from './metric-values.ts'

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)
const shareNames = ['precision', 'recall', 'f1'] as const

/** Counts per label; a row's labels hold where the score is at or above the threshold. */
export class LabelCounts {
  readonly hits: Float64Array
  readonly predicted: Float64Array
  readonly support: Float64Array
  rows = 0
  exact = 0
  readonly #labels: number
  readonly #threshold: number

  constructor(labels: number, threshold: number) {
    this.#labels = labels
    this.#threshold = threshold
    this.hits = new Float64Array(labels)
    this.predicted = new Float64Array(labels)
    this.support = new Float64Array(labels)
  }

  /** Adds one row and answers its own [hits, predicted, true] labels. */
  add(scores: Float64Array, truth: Uint8Array, from: number): readonly [number, number, number] {
    let hits = 0, predicted = 0, support = 0
    for (let l = 0; l < this.#labels; l++) {
      const own = truth[from + l]!
      const said = scores[from + l]! >= this.#threshold ? 1 : 0
      this.hits[l] = this.hits[l]! + (own & said)
      this.predicted[l] = this.predicted[l]! + said
      this.support[l] = this.support[l]! + own
      hits += own & said
      predicted += said
      support += own
    }
    this.rows++
    if (hits === predicted && hits === support) this.exact++
    return [hits, predicted, support]
  }

  get total(): { readonly hits: number; readonly predicted: number; readonly support: number } {
    const sum = (values: Float64Array): number => values.reduce((s, v) => s + v, 0)
    return { hits: sum(this.hits), predicted: sum(this.predicted), support: sum(this.support) }
  }

  /** Precision, recall and F1 of one label. */
  scores(label: number): Readonly<Record<(typeof shareNames)[number], number>> {
    const hits = this.hits[label]!
    const predicted = this.predicted[label]!
    const support = this.support[label]!
    return { precision: share(hits, predicted), recall: share(hits, support), f1: share(2 * hits, predicted + support) }
  }

  /** Macro, micro and weighted averages; `prefix` such as `at_threshold_0.3.`. */
  averages(prefix: string, which: readonly ('macro' | 'micro' | 'weighted')[]): MetricValue[] {
    const n = this.rows
    const total = this.total
    const empty = n === 0 ? 'No rows were scored.' : null
    const each = Array.from({ length: this.#labels }, (_, l) => this.scores(l))
    const micro = { precision: share(total.hits, total.predicted), recall: share(total.hits, total.support), f1: share(2 * total.hits, total.predicted + total.support) }
    return which.flatMap((average) => shareNames.map((name) => valueUnless(empty, `${prefix}${average}.${name}`, n, () => average === 'micro' ? micro[name]
      : average === 'macro' ? each.reduce((sum, s) => sum + s[name], 0) / each.length
      : share(each.reduce((sum, s, l) => sum + s[name] * this.support[l]!, 0), total.support))))
  }

  /** Everything that is true of single labels: shares with Wilson intervals, counts and the four cells. */
  perLabel(names: readonly string[]): MetricValue[] {
    const n = this.rows
    return names.flatMap((name, l) => {
      const slice = classSlice(name)
      const tp = this.hits[l]!
      const fp = this.predicted[l]! - tp
      const fn = this.support[l]! - tp
      const tn = n - tp - fp - fn
      const wilson = (metric: string, hits: number, rows: number, of: number): MetricValue =>
        known(metric, share(hits, rows), of, { slice, ...(rows === 0 ? {} : wilsonInterval(hits, rows)) })
      return [
        wilson('precision', tp, tp + fp, this.support[l]!), wilson('recall', tp, tp + fn, this.support[l]!),
        known('f1', this.scores(l).f1, this.support[l]!, { slice, ...f1Interval(tp, fp, fn) }), wilson('specificity', tn, tn + fp, this.support[l]!), wilson('accuracy', tp + tn, n, n),
        known('support', this.support[l]!, this.support[l]!, { slice }), known('predicted', this.predicted[l]!, this.support[l]!, { slice }),
        ...([['tp', tp], ['fp', fp], ['fn', fn], ['tn', tn]] as const).map(([cell, count]) => known(`binary.${cell}`, count, n, { slice })),
      ]
    })
  }

  /** What the run would score at this threshold: subset accuracy, Hamming loss, macro and micro averages. */
  atThreshold(): MetricValue[] {
    const prefix = `at_threshold_${this.#threshold}.`
    const n = this.rows
    const total = this.total
    const empty = n === 0 ? 'No rows were scored.' : null
    return [
      known(`${prefix}threshold`, this.#threshold, n),
      valueUnless(empty, `${prefix}subset_accuracy`, n, () => this.exact / n),
      valueUnless(empty, `${prefix}hamming_loss`, n, () => (total.predicted + total.support - 2 * total.hits) / (n * this.#labels)),
      ...this.averages(prefix, ['macro', 'micro']),
    ]
  }
}
