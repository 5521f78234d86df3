// The model card as its reader sees it: rounded numbers with their rows and intervals, sentences that stand alone, nothing made up.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { modelCard } from '../../main/core/bundle/card.ts'
import type { BundleFacts } from '../../main/core/bundle/facts.ts'
import type { MetricValue } from '../../shared/domain/run.ts'
import { metricCatalogue } from '../../shared/metrics/catalogue.ts'
import { irisFacts } from '../setup/small-bundle.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-card-'))
let facts: BundleFacts
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
beforeAll(async () => { facts = await irisFacts(folder) })

/** The card behind its metadata. */
const textOf = (card: string): string => card.slice(card.indexOf('\n---\n') + '\n---\n\n'.length)
const metric = (id: string, value: number | null, more: Partial<MetricValue> = {}): MetricValue => ({ metric: id, slice: '', value, low: null, high: null, n: 4000, reason: null, ...more })
const cardOf = (metrics: MetricValue[], run: Partial<BundleFacts['run']> = {}): string => modelCard({ ...facts, run: { ...facts.run, ...run, metrics } })

test('numbers are rounded, and stand with their interval and rows', () => {
  const card = cardOf([
    metric('n', 4000), metric('accuracy', 0.861_749_999_9, { low: 0.850_721_334, high: 0.872_091_2 }), metric('log_loss', 0.298_612_345_678), metric('rmse', 54.123_456_78),
    metric('recall', 0.588_424_437_299, { slice: 'class:>50K', n: 933, low: 0.556_52, high: 0.619_58 }), metric('binary.tp', 571), metric('roc_auc', null, { reason: 'No row has the true class >50K.' }),
  ])
  expect(card).toContain('| Accuracy | 0.8617 | 0.8507 to 0.8721 | 4,000 |')
  expect(card).toContain('| Log loss | 0.2986 | – | 4,000 |')
  expect(card).toContain('| Root mean squared error | 54.123 | – | 4,000 |')
  expect(card).toContain('| class >50K | Recall | 0.5884 | 0.5565 to 0.6196 | 933 |')
  expect(card).toContain('| True positives | 571 | – | 4,000 |')
  expect(card).toContain('| Area under the ROC curve | not available: No row has the true class >50K | – | 4,000 |')
  expect(card.slice(card.indexOf('## Quality'), card.indexOf('## Evaluation data'))).not.toMatch(/\d\.\d{5,}/)
  // The number that stands for the run is said before anything else.
  expect(textOf(card).split('\n')[2]).toBe(`On 4,000 rows of the data set “${facts.dataset.name}”: Accuracy 0.8617 (95 % interval 0.8507 to 0.8721). It passed its gate.`)
})

test('whether labels follow the probabilities is said of the rows, never as 1 or 0', () => {
  expect(cardOf([metric('label_equals_argmax', 1)])).toContain('| Labels follow the probabilities | the label equals the largest probability in 100 % of the rows | – | 4,000 |')
  expect(cardOf([metric('label_equals_argmax', 0)])).toContain('| Labels follow the probabilities | the label differs from the largest probability in at least one row | – | 4,000 |')
})

test('every metric is explained once, by itself; one that the catalogue does not know is said to have no definition', () => {
  const card = cardOf([...metricCatalogue.map((entry) => metric(entry.id, 0.5)), metric('recall', 0.5, { slice: 'class:a' }), metric('my_cost', 3)])
  for (const entry of metricCatalogue) expect(card.split(`(\`${entry.id}\`;`).length, entry.id).toBe(2)
  expect(card).toContain('- **my_cost**: no definition was recorded.')
})

test('rows that were left out are counted, and assumptions that differ in their place only are one line', () => {
  const rows = { read: 400, scored: 342, leftOut: [{ reason: 'missing number', count: 54, records: [1] }, { reason: 'excluded on request', count: 4, records: [2] }], replaced: [] }
  const guesses = ['a', 'b', 'c'].map((name) => ({ about: `inputs.${name}.missing`, value: 'nan', confidence: 'likely' as const, reason: 'The graph imputes.' }))
  const card = cardOf([], { rows, guesses })
  expect(card).toContain('342 of 400 rows were scored, 58 were left out: 54 with “missing number”, 4 with “excluded on request”.')
  expect(card).toContain('- inputs.a.missing, inputs.b.missing, inputs.c.missing: nan (likely: The graph imputes)\n')
})

test('a gate that was overridden is in the first sentence', () => {
  const card = modelCard({ ...facts, run: { ...facts.run, metrics: [metric('accuracy', 0.5)] }, check: { ...facts.check, passed: false, override: { name: 'Eve', reason: 'a pilot' } } })
  expect(textOf(card).split('\n')[2]).toMatch(/\*\*It did not pass its gate; Eve overrode it\.\*\*$/)
})
