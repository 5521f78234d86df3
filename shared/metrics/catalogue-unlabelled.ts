// Catalogue entries of what a run without true answers reports.
import type { MetricDescription } from './catalogue.ts'
import { entry } from './catalogue-entry.ts'

const hyndman = 'R. J. Hyndman, Y. Fan, Sample quantiles in statistical packages, 1996, definition 7'
const words: Readonly<Record<string, string>> = { '0': 'smallest', '0.05': '5 %', '0.25': '25 %', '0.5': 'median', '0.75': '75 %', '0.95': '95 %', '1': 'largest' }

/** The ids of these entries. */
export const unlabelledIds = /^(predicted_share$|predicted_quantiles\.)/

export const unlabelledEntries: readonly MetricDescription[] = [
  entry('predicted_share', { direction: 'neither', range: '0 … 1', format: 'share' }, {
    name: 'Share of answers', definition: 'The share of all rows for which the model answers the class; it needs no true answers.', formula: 'rows answered with the class ÷ n',
    conventions: 'Wilson interval at 95 %.', pitfalls: 'It says what the model answers and nothing about whether that is right.', source: 'E. B. Wilson, JASA 22, 1927 (the interval)',
  }),
  ...Object.entries(words).map(([q, name]) => entry(`predicted_quantiles.${q}`, { direction: 'neither', range: '−∞ … ∞', format: 'target-unit' }, {
    name: `Predictions: ${name}`, definition: q === '0' || q === '1' ? `The ${name} number that the model predicts for any row.` : `The number that ${q === '0.5' ? 'half' : name.replace(' %', ' %')} of the predictions do not exceed.`,
    formula: `quantile ${q} of the predictions`, conventions: 'Linear interpolation between neighbours.', pitfalls: 'It says what the model answers and nothing about whether that is right.', source: hyndman,
  })),
]
