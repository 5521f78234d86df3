// Catalogue entries of the metrics of several labels a row.
import type { MetricDescription } from './catalogue.ts'
import { countOf, entry, scoreUp, shareDown, shareUp } from './catalogue-entry.ts'

const definition = 'Definition'
const tsoumakas = 'G. Tsoumakas, I. Katakis, I. Vlahavas, Mining Multi-label Data, 2010'
const schapire = 'R. E. Schapire, Y. Singer, BoosTexter, Machine Learning 39, 2000'
const holds = 'A label is predicted when its probability is at or above the decision threshold.'
const empty = 'A share with nothing under it counts as 0.'
const ties = 'Labels with equal scores enter together.'
const lossNumber = { direction: 'lower-is-better', range: '0 …', format: 'score' } as const
const neither = { direction: 'neither', range: '0 …', format: 'score' } as const

const sets: readonly MetricDescription[] = [
  entry('n_labels', countOf, { name: 'Labels', definition: 'The number of labels that every row is judged by.', formula: 'L', conventions: 'The labels that the binding lists, in the order of the output’s columns.', pitfalls: 'Measures over label sets change when labels are added, whatever the model does.', source: definition }),
  entry('threshold', { ...neither, range: '0 … 1' }, { name: 'Decision threshold', definition: 'The probability from which on a label counts as predicted.', formula: 't', conventions: 'One threshold for all labels, from the binding.', pitfalls: 'Rare labels often need a lower threshold than common ones.', source: definition }),
  entry('subset_accuracy', shareUp, { name: 'Subset accuracy', definition: 'The share of rows whose whole set of labels is right.', formula: 'rows with predicted set = true set ÷ n', conventions: holds, pitfalls: 'One wrong label of many makes the whole row wrong, so it is low for long label lists.', source: tsoumakas }),
  entry('hamming_loss', shareDown, { name: 'Hamming loss', definition: 'The share of all row and label pairs that are decided wrongly.', formula: 'wrong cells ÷ (n · labels)', conventions: holds, pitfalls: 'With rare labels a model that predicts none of them scores well.', source: schapire }),
  entry('jaccard_samples', shareUp, { name: 'Jaccard index of a row', definition: 'The mean over rows of the overlap of predicted and true label sets.', formula: 'mean of |true ∩ predicted| ÷ |true ∪ predicted|', conventions: `${holds} A row without any true or predicted label counts as 0.`, pitfalls: 'Rows without labels pull it down even when the model rightly predicts none.', source: tsoumakas }),
  entry('label_cardinality_true', neither, { name: 'True labels a row', definition: 'The mean number of labels that hold in a row.', formula: 'Σ true labels ÷ n', conventions: 'Rows without labels count.', pitfalls: 'A mean hides whether rows have none or many.', source: tsoumakas }),
  entry('label_cardinality_pred', neither, { name: 'Predicted labels a row', definition: 'The mean number of labels that are predicted for a row.', formula: 'Σ predicted labels ÷ n', conventions: holds, pitfalls: 'Far from the true labels a row means that the threshold is off.', source: tsoumakas }),
  entry('mean_binary_log_loss', lossNumber, { name: 'Log loss of a label', definition: 'The mean, over rows and labels, of minus the logarithm of the probability given to what is true.', formula: '−1/(n·L) · Σ ln p(true or not)', conventions: 'Natural logarithm; probabilities kept within [2⁻⁵², 1 − 2⁻⁵²].', pitfalls: 'One sure and wrong cell can dominate the mean.', source: 'I. J. Good, Rational decisions, 1952' }),
]

const ranked: readonly MetricDescription[] = [
  entry('lrap', scoreUp, { name: 'Label ranking average precision', definition: 'For each true label, the share of true labels among those ranked at or above it, averaged over the row and then over rows.', formula: 'mean over rows and true labels of (true at or above) ÷ (all at or above)', conventions: `${ties} A row without a true label counts as 1.`, pitfalls: 'Judges the order inside a row, not the threshold.', source: schapire }),
  entry('coverage_error', lossNumber, { name: 'Coverage', definition: 'How far down the ranking of a row one must go, on average, to meet all its true labels.', formula: 'mean rank of the lowest true label', conventions: `${ties} Counted from 1; a row without a true label counts as 0.`, pitfalls: 'Its best value is the mean number of true labels, not 0.', source: schapire }),
  entry('ranking_loss', shareDown, { name: 'Ranking loss', definition: 'The share of pairs of a true and a false label of a row in which the false one is not ranked below the true one.', formula: 'mean over rows of wrong pairs ÷ (true · false labels)', conventions: 'A tie counts as wrong. A row with no true label, or with all of them, counts as 0.', pitfalls: 'Says nothing about the threshold.', source: schapire }),
  entry('average_precision.samples', scoreUp, { name: 'Average precision of a row', definition: 'The mean over rows of the area under the precision-recall steps of the row’s own labels.', formula: 'mean over rows of Σ (Rₙ − Rₙ₋₁) · Pₙ', conventions: `${ties} A row without a true label counts as 0.`, pitfalls: 'Rows without labels pull it down; the label ranking average precision counts them as 1.', source: 'M. Zhu, Recall, precision and average precision, 2004' }),
  ...(['macro', 'weighted'] as const).map((id) => entry(`roc_auc.${id}`, scoreUp, {
    name: `AUC over labels, ${id}`, definition: `The mean over labels of the area under the ROC curve (AUC) of each label${id === 'weighted' ? ', weighted by the rows that have it' : ''}.`, formula: id === 'macro' ? 'mean AUCₗ' : 'Σ rowsₗ · AUCₗ ÷ Σ rowsₗ',
    conventions: 'Ties count half, by rank. Not available when a label holds in no row or in all of them.', pitfalls: 'A good mean can hide a label that is ranked no better than by chance.', source: 'J. A. Hanley, B. J. McNeil, Radiology 143, 1982',
  })),
]

const shares = { precision: ['the share of predicted labels that are true', '|true ∩ predicted| ÷ |predicted|'], recall: ['the share of true labels that are predicted', '|true ∩ predicted| ÷ |true|'], f1: ['the harmonic mean of precision and recall', '2·|true ∩ predicted| ÷ (|true| + |predicted|)'] } as const

const samples = (Object.entries(shares)).map(([id, [what, formula]]) => entry(`samples.${id}`, shareUp, {
  name: `${id === 'f1' ? 'F1' : `${id[0]!.toUpperCase()}${id.slice(1)}`} of a row`, definition: `The mean over rows of ${what}.`, formula: `mean of ${formula}`, conventions: `${holds} ${empty}`, pitfalls: 'Rows without a true or predicted label count as 0.', source: tsoumakas,
}))

const told = ([0.3, 0.7] as const).flatMap((t) => {
  const prefix = `at_threshold_${t}.`
  const at = `at the threshold ${t}, whatever the binding’s own threshold is`
  const because = 'The threshold is fixed, so that runs with different bindings compare.'
  const average = { macro: 'averaged over labels', micro: 'over all cells pooled' } as const
  return [
    entry(`${prefix}threshold`, { ...neither, range: '0 … 1' }, { name: `Threshold ${t}`, definition: 'The threshold that the numbers of its group are told for.', formula: String(t), conventions: because, pitfalls: 'No threshold is right for every use.', source: definition }),
    entry(`${prefix}subset_accuracy`, shareUp, { name: `Subset accuracy at ${t}`, definition: `The share of rows whose whole set of labels is right ${at}.`, formula: 'rows with predicted set = true set ÷ n', conventions: because, pitfalls: 'One wrong label of many makes the whole row wrong.', source: tsoumakas }),
    entry(`${prefix}hamming_loss`, shareDown, { name: `Hamming loss at ${t}`, definition: `The share of all row and label pairs that are decided wrongly ${at}.`, formula: 'wrong cells ÷ (n · labels)', conventions: because, pitfalls: 'With rare labels a model that predicts none of them scores well.', source: schapire }),
    ...(['macro', 'micro'] as const).flatMap((id) => (['precision', 'recall', 'f1'] as const).map((name) => entry(`${prefix}${id}.${name}`, shareUp, {
      name: `${id === 'macro' ? 'Macro' : 'Micro'} ${name === 'f1' ? 'F1' : name} at ${t}`, definition: `The ${name === 'f1' ? 'F1' : name} of labels, ${average[id]}, ${at}.`, formula: name === 'precision' ? 'TP ÷ (TP + FP)' : name === 'recall' ? 'TP ÷ (TP + FN)' : '2·TP ÷ (2·TP + FP + FN)',
      conventions: `${because} ${empty}`, pitfalls: 'Precision and recall move against each other along the threshold.', source: tsoumakas,
    }))),
  ]
})

/** Ids whose group is `Label sets`. */
export const labelSetIds = /^(n_labels|threshold|subset_accuracy|hamming_loss|jaccard_samples|label_cardinality_(true|pred))$/

export const multilabelEntries: readonly MetricDescription[] = [...sets, ...samples, ...ranked, ...told]
