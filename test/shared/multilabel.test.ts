// Metrics of several labels a row: against the fixtures' references, and by hand where ties and empty rows decide.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { MetricResult } from '../../shared/metrics/accumulator.ts'
import { createMultilabelAccumulator, type MultilabelBatch } from '../../shared/metrics/multilabel.ts'
import { fixture } from '../setup/fixtures.ts'
import { disagreement, leaves, producedLeaf } from '../core/reference-walker.ts'
import { parseCsv } from './fixture-cases.ts'

const labels = ['red', 'green', 'blue', 'gold', 'white', 'black', 'orange']
const json = <T>(path: string): T => JSON.parse(readFileSync(fixture(`flags-multilabel/${path}`), 'utf8')) as T

function batchOf(model: string): MultilabelBatch {
  const { outputs } = json<{ outputs: { probabilities: { dims: [number, number]; data: number[] } } }>(`predictions/${model}.test.json`)
  const [header, ...rows] = parseCsv(readFileSync(fixture('flags-multilabel/data/test.csv'), 'utf8'))
  const at = labels.map((l) => header!.indexOf(l))
  return { rows: rows.length, truth: Uint8Array.from(rows.flatMap((r) => at.map((c) => Number(r[c])))), probabilities: Float64Array.from(outputs.probabilities.data) }
}

function scored(batch: MultilabelBatch, names: readonly string[], sizes: readonly number[] = [batch.rows], threshold = 0.5): MetricResult {
  const accumulator = createMultilabelAccumulator({ labels: names, threshold })
  const k = names.length
  let from = 0
  for (const rows of sizes) {
    accumulator.add({ rows, truth: batch.truth.subarray(from * k), probabilities: batch.probabilities.subarray(from * k) })
    from += rows
  }
  return accumulator.finish()
}

const valueOf = (result: MetricResult, metric: string, slice = ''): number | null | undefined => result.metrics.find((m) => m.metric === metric && m.slice === slice)?.value

describe('several labels a row', () => {
  it.each(['v1', 'v2'])('every number of the reference of flags %s, from its stored predictions', (model) => {
    const result = scored(batchOf(model), labels)
    const { metrics } = json<{ metrics: Record<string, unknown> }>(`reference/${model}.test.json`)
    const all = leaves(metrics)
    expect(all.length).toBeGreaterThan(100)
    expect(all.map((leaf) => disagreement(leaf, producedLeaf(result, { positiveClass: null, decision: { kind: 'threshold', threshold: 0.5 } }, leaf.path), 1e-9)).filter((w) => w !== null)).toEqual([])
  })

  it('any split of the same rows gives the same result', () => {
    const batch = batchOf('v1')
    expect(scored(batch, labels, [1, 30, 39])).toEqual(scored(batch, labels))
  })

  it('ties of a true with a false label count as wrong, and a row without labels or with all of them ranks perfectly', () => {
    // Row 1: a true 0.5, b false 0.5, c false 0.1. Row 2: no label. Row 3: all labels.
    const result = scored({ rows: 3, truth: Uint8Array.of(1, 0, 0, 0, 0, 0, 1, 1, 1), probabilities: Float64Array.of(0.5, 0.5, 0.1, 0.2, 0.3, 0.4, 0.9, 0.8, 0.7) }, ['a', 'b', 'c'])
    expect(valueOf(result, 'ranking_loss')).toBeCloseTo((1 / 2 + 0 + 0) / 3, 12)
    expect(valueOf(result, 'lrap')).toBeCloseTo((1 / 2 + 1 + 1) / 3, 12)
    expect(valueOf(result, 'coverage_error')).toBeCloseTo((2 + 0 + 3) / 3, 12)
    expect(valueOf(result, 'average_precision.samples')).toBeCloseTo((1 / 2 + 0 + 1) / 3, 12)
    // At 0.5 row 1 predicts a and b, row 2 nothing, row 3 everything.
    expect(valueOf(result, 'subset_accuracy')).toBeCloseTo(2 / 3, 12)
    expect(valueOf(result, 'jaccard_samples')).toBeCloseTo((1 / 2 + 0 + 1) / 3, 12)
    expect(valueOf(result, 'samples.precision')).toBeCloseTo((1 / 2 + 0 + 1) / 3, 12)
    expect(valueOf(result, 'hamming_loss')).toBeCloseTo(1 / 9, 12)
  })

  it('a label that no row has is not available by name, and its mean neither; its precision is 0', () => {
    const result = scored({ rows: 2, truth: Uint8Array.of(1, 0, 0, 0), probabilities: Float64Array.of(0.9, 0.1, 0.2, 0.6) }, ['a', 'b'])
    const macro = result.metrics.find((m) => m.metric === 'roc_auc.macro')
    expect(macro).toMatchObject({ value: null, reason: 'No row has the label b.' })
    expect(valueOf(result, 'precision', 'class:b')).toBe(0)
    expect(valueOf(result, 'roc_auc', 'class:a')).toBe(1)
  })

  it('every share has an interval around it that narrows with the rows', () => {
    const batch = batchOf('v1')
    const twice = { rows: 140, truth: Uint8Array.of(...batch.truth, ...batch.truth), probabilities: Float64Array.of(...batch.probabilities, ...batch.probabilities) }
    const [once, more] = [scored(batch, labels), scored(twice, labels)]
    for (const metric of ['subset_accuracy', 'hamming_loss', 'lrap', 'micro.f1', 'macro.precision', 'weighted.recall', 'samples.f1', 'roc_auc.macro', 'average_precision.micro']) {
      const [a, b] = [once, more].map((r) => r.metrics.find((m) => m.metric === metric && m.slice === '')!) as [MetricResult['metrics'][number], MetricResult['metrics'][number]]
      expect(a.low! < a.value! && a.value! < a.high!, metric).toBe(true)
      // Twice the rows: the width shrinks by about √2.
      expect((a.high! - a.low!) / (b.high! - b.low!), metric).toBeCloseTo(Math.SQRT2, 1)
    }
  })

  it('a micro F1 with one label has the standard error of the ratio by hand', () => {
    // 100 rows: 40 hits, 10 false alarms, 20 misses. F1 = 80/110.
    const truth = Uint8Array.from({ length: 100 }, (_, r) => (r < 40 || (r >= 50 && r < 70) ? 1 : 0))
    const probabilities = Float64Array.from({ length: 100 }, (_, r) => (r < 50 ? 0.9 : 0.1))
    const m = scored({ rows: 100, truth, probabilities }, ['a']).metrics.find((x) => x.metric === 'micro.f1')!
    const f1 = 80 / 110
    // Influence: (2·hit − F1·(predicted + true)) ÷ mean(predicted + true), by group of rows.
    const influences = [...Array<number>(40).fill((2 - 2 * f1) / 1.1), ...Array<number>(30).fill(-f1 / 1.1), ...Array<number>(30).fill(0)]
    const se = Math.sqrt(influences.reduce((s, v) => s + v * v, 0) / 99 / 100)
    const half = 1.959963984540054 * se / (f1 * (1 - f1))
    const logit = Math.log(f1 / (1 - f1))
    expect(m.low).toBeCloseTo(1 / (1 + Math.exp(-(logit - half))), 9)
    expect(m.high).toBeCloseTo(1 / (1 + Math.exp(-(logit + half))), 9)
  })

  it('refuses a repeated label and a threshold that is none', () => {
    expect(() => createMultilabelAccumulator({ labels: ['a', 'a'], threshold: 0.5 })).toThrow(RangeError)
    expect(() => createMultilabelAccumulator({ labels: ['a'], threshold: 2 })).toThrow(RangeError)
  })
})
