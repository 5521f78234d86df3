// Catalogue entries of the metrics of predicted labels: they need no probabilities.
import type { MetricDescription } from './catalogue.ts'
import { countOf, entry, scoreUp, shareDown, shareUp, signedScoreUp } from './catalogue-entry.ts'

const zeroDivision = 'A class that occurs but is never predicted has a precision and an F1 of 0; a class without a true and without a predicted row is not available.'
const wilson = 'Interval: Wilson score, 95 %.'
const viaJaccard = 'Interval: Wilson’s for the Jaccard share TP ÷ (TP + FP + FN), carried over to F1 = 2·J ÷ (1 + J).'
const worth = 'Interval: Wilson’s with as many rows as the measure’s standard error is worth; that error is of rows drawn again after two rows of prior for every class, so that no error seen is not taken for no error.'
const text = 'C. D. Manning, P. Raghavan, H. Schütze, Introduction to Information Retrieval, 2008, chapter 8'
const definition = 'Definition'

export const labelEntries: readonly MetricDescription[] = [
  entry('n', countOf, {
    name: 'Rows', definition: 'The number of rows that were scored and have a true answer.', formula: 'n',
    conventions: 'Rows that were left out are not in it; the run says how many and why.', pitfalls: 'Few rows make every other number uncertain.', source: definition,
  }),
  entry('accuracy', shareUp, {
    name: 'Accuracy', definition: 'The share of rows whose predicted class is the true class.', formula: 'correct ÷ n',
    conventions: 'The interval is the Wilson score interval at 95 %, without continuity correction.',
    pitfalls: 'With rare classes a model that never predicts them scores high. Compare with the share of the largest class.', source: 'Interval: E. B. Wilson, JASA 22, 1927',
  }),
  entry('error_rate', shareDown, {
    name: 'Error rate', definition: 'The share of rows whose predicted class is not the true class.', formula: '1 − accuracy',
    conventions: 'One minus the accuracy, over the same rows.', pitfalls: 'Hides which class the errors fall on; with rare classes it is low for a model that never predicts them.', source: definition,
  }),
  entry('balanced_accuracy', shareUp, {
    name: 'Balanced accuracy', definition: 'The mean of the recalls of the classes: every class weighs the same, however rare.', formula: 'mean over classes of (correct in class ÷ rows of class)',
    conventions: `Classes without a true row are left out of the mean; not adjusted for chance. ${worth}`, pitfalls: 'A class with few rows moves it a lot.',
    source: 'K. H. Brodersen et al., The balanced accuracy and its posterior distribution, ICPR 2010',
  }),
  entry('matthews_corrcoef', signedScoreUp, {
    name: 'Matthews correlation', definition: 'The correlation between true and predicted classes; it is high only when all cells of the confusion matrix are good.',
    formula: '(c·n − Σ tₖpₖ) ÷ √((n² − Σ pₖ²)(n² − Σ tₖ²)), with c correct rows, tₖ true and pₖ predicted rows of class k',
    conventions: `0 when all rows have one true class or one predicted class. ${worth}`, pitfalls: 'Values from data with different class shares do not compare directly.',
    source: 'B. W. Matthews, 1975; for more than two classes J. Gorodkin, 2004',
  }),
  entry('cohen_kappa', signedScoreUp, {
    name: 'Cohen’s kappa', definition: 'Agreement between truth and prediction beyond what their class shares would give by chance.', formula: '1 − observed disagreement ÷ expected disagreement',
    conventions: `Unweighted: every wrong class is equally wrong. Not available when chance agreement is complete. ${worth}`, pitfalls: 'Falls when one class dominates, even at the same accuracy.',
    source: 'J. Cohen, Educational and Psychological Measurement 20, 1960',
  }),
  ...(['linear', 'quadratic'] as const).map((weights) => entry(`cohen_kappa_${weights}`, signedScoreUp, {
    name: `Cohen’s kappa, ${weights} weights`, definition: `Agreement between truth and prediction beyond chance (Cohen’s kappa), where being wrong by more classes costs more: the cost grows ${weights === 'linear' ? 'with the distance' : 'with the square of the distance'} in class order.`,
    formula: `1 − Σ wᵢⱼ·observedᵢⱼ ÷ Σ wᵢⱼ·expectedᵢⱼ, wᵢⱼ = ${weights === 'linear' ? '|i − j|' : '(i − j)²'}`,
    conventions: `The order is the class order of the binding. Equal to plain kappa for two classes. ${worth}`, pitfalls: 'Means nothing for classes that have no natural order.',
    source: 'J. Cohen, Psychological Bulletin 70, 1968',
  })),
  entry('precision', shareUp, {
    name: 'Precision', definition: 'Of the rows predicted as a class, the share that truly are that class.', formula: 'TP ÷ (TP + FP)',
    conventions: `${zeroDivision} ${wilson}`, pitfalls: 'A class that is never predicted shows 0: look at its predicted count.', source: text,
  }),
  entry('recall', shareUp, {
    name: 'Recall', definition: 'Of the rows that truly are a class, the share that is predicted as that class.', formula: 'TP ÷ (TP + FN)',
    conventions: `A class without a true row is not available. ${wilson}`, pitfalls: 'Predicting the class everywhere gives 1.', source: text,
  }),
  entry('f1', shareUp, {
    name: 'F1', definition: 'The harmonic mean of the precision and the recall of a class.', formula: '2·TP ÷ (2·TP + FP + FN)',
    conventions: `${zeroDivision} ${viaJaccard}`, pitfalls: 'Ignores rows rightly predicted as other classes, and weighs precision and recall alike.', source: text,
  }),
  entry('specificity', shareUp, {
    name: 'Specificity', definition: 'Of the rows that are truly not of a class, the share that is not predicted as that class.', formula: 'TN ÷ (TN + FP)',
    conventions: `Not available when every row is of the class. ${wilson}`, pitfalls: 'Close to 1 for every rare class.', source: definition,
  }),
  entry('support', countOf, { name: 'Rows of the class', definition: 'How many rows truly are of a class.', formula: 'TP + FN', conventions: 'Exact count.', pitfalls: 'Scores of classes with few rows are noise.', source: definition }),
  entry('predicted', countOf, { name: 'Predicted as the class', definition: 'How many rows were predicted as a class.', formula: 'TP + FP', conventions: 'Exact count.', pitfalls: 'Far from the true count means biased predictions.', source: definition }),
]

const averages = {
  macro: { name: 'macro', how: 'the plain mean over classes', formula: 'mean over classes', pitfalls: 'Rare classes weigh as much as common ones.' },
  micro: { name: 'micro', how: 'all rows pooled', formula: 'Σ correct ÷ n', pitfalls: 'With one label a row it is the accuracy, and nothing new.' },
  weighted: { name: 'weighted', how: 'the mean over classes weighted by their true rows', formula: 'Σ rowsₖ · valueₖ ÷ n', pitfalls: 'Common classes hide rare ones.' },
} as const
const averaged = { precision: 'Precision', recall: 'Recall', f1: 'F1' } as const

const binary = [
  ['binary.precision', shareUp, 'Precision of the positive class', 'Of the rows predicted positive, the share that is truly positive.', 'TP ÷ (TP + FP)', 'Depends on the share of positives in the data.'],
  ['binary.recall', shareUp, 'Recall of the positive class', 'Of the truly positive rows, the share that is predicted positive; also called sensitivity.', 'TP ÷ (TP + FN)', 'Predicting positive everywhere gives 1.'],
  ['binary.f1', shareUp, 'F1 of the positive class', 'The harmonic mean of precision and recall of the positive class.', '2·TP ÷ (2·TP + FP + FN)', 'Depends on which class is called positive and on the threshold.'],
  ['binary.specificity', shareUp, 'Specificity of the positive class', 'Of the truly negative rows, the share that is predicted negative.', 'TN ÷ (TN + FP)', 'Close to 1 when positives are rare.'],
  ['binary.f2', shareUp, 'F2', 'The F score of the positive class that weighs recall twice as much as precision.', '5·TP ÷ (5·TP + 4·FN + FP)', 'The weight 2 is a choice about costs; make it on purpose.'],
  ['binary.f05', shareUp, 'F0.5', 'The F score of the positive class that weighs precision twice as much as recall.', '1.25·TP ÷ (1.25·TP + 0.25·FN + FP)', 'The weight 0.5 is a choice about costs; make it on purpose.'],
  ['binary.jaccard', shareUp, 'Jaccard index', 'The rows that are both predicted and truly positive, as a share of those that are either.', 'TP ÷ (TP + FP + FN)', 'Always at most F1; the two rank models alike.'],
  ['binary.tp', countOf, 'True positives', 'How many truly positive rows were predicted positive.', 'TP', 'A count: compare only on the same rows.'],
  ['binary.fp', { ...countOf, direction: 'lower-is-better' }, 'False positives', 'How many truly negative rows were predicted positive.', 'FP', 'A count: compare only on the same rows.'],
  ['binary.fn', { ...countOf, direction: 'lower-is-better' }, 'False negatives', 'How many truly positive rows were predicted negative.', 'FN', 'A count: compare only on the same rows.'],
  ['binary.tn', countOf, 'True negatives', 'How many truly negative rows were predicted negative.', 'TN', 'A count: compare only on the same rows.'],
] as const

export const averagedEntries: readonly MetricDescription[] = [
  ...Object.entries(averages).flatMap(([key, average]) => Object.entries(averaged).map(([id, name]) => entry(`${key}.${id}`, scoreUp, {
    name: `${name}, ${average.name} average`, definition: `${name} of the classes, averaged: ${average.how}.`, formula: average.formula,
    conventions: `The mean is over the classes that have a true or a predicted row, as in scikit-learn; there a share with nothing under it counts as 0. ${key === 'micro' ? wilson : worth}`, pitfalls: average.pitfalls, source: text,
  }))),
  ...binary.map(([id, kind, name, meaning, formula, pitfalls]) => entry(id, kind, {
    name, definition: meaning, formula, pitfalls, conventions: `About the positive class of the binding. ${kind.format === 'count' ? 'Exact count.' : `A share with no rows under it counts as 0. ${id === 'binary.f1' ? viaJaccard : /f2|f05/.test(id) ? worth : wilson}`}`, source: id.startsWith('binary.f') || id.includes('jaccard') ? 'C. J. van Rijsbergen, Information Retrieval, 1979' : text,
  })),
]
