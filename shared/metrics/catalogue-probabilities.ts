// Catalogue entries of the metrics of probabilities: how good the scores are, not only the decision.
import type { MetricDescription } from './catalogue.ts'
import { countOf, entry, scoreUp, shareDown, shareUp } from './catalogue-entry.ts'

const lossDown = { direction: 'lower-is-better', range: '0 …', format: 'score' } as const
const hanley = 'J. A. Hanley, B. J. McNeil, Radiology 143, 1982'
const naeini = 'M. P. Naeini, G. Cooper, M. Hauskrecht, AAAI 2015'
const apSource = 'M. Zhu, Recall, precision and average precision, 2004'
const tiesByRank = 'Ties count half, by rank; exact over every row, no thinning.'
const areaInterval = ' The interval inverts the score of Hanley and McNeil’s variance (R. G. Newcombe, Statistics in Medicine 25, 2006, method 5) times how far DeLong’s variance of these rows departs from it; with few rows on one side (as if 10 more were known) the departure counts less. Simulated with 5 to 20 positive rows it holds the truth 94 to 97 times in 100.'
const precisionInterval = ' The interval is normal on the logit scale; the spread of these rows is drawn towards that of a share of the positive rows (K. Boyd, K. H. Eng, C. D. Page, 2013) where few are positive. Simulated with 5 to 20 positive rows it holds the truth 92 to 98 times in 100.'
const averageInterval = ' The interval joins those of the classes by how the same rows move them (G. Y. Zou, A. Donner, Statistics in Medicine 27, 2008).'

const scores: readonly MetricDescription[] = [
  entry('log_loss', lossDown, {
    name: 'Log loss', definition: 'The mean of minus the logarithm of the probability given to the true class: how surprised the model is by the truth.', formula: '−1/n · Σ ln p(true class)',
    conventions: 'Natural logarithm; probabilities kept within [2⁻⁵², 1 − 2⁻⁵²], then each row divided by its sum.', pitfalls: 'One sure and wrong row can dominate the mean.',
    source: 'I. J. Good, Rational decisions, 1952',
  }),
  entry('log_loss_unnormalised', lossDown, {
    name: 'Log loss, rows as given', definition: 'The mean of minus the logarithm of the probability given to the true class, with the probabilities as the model gives them: rows are not divided by their sums.', formula: '−1/n · Σ ln p(true class)',
    conventions: 'Differs from log loss in the last digits only, unless rows do not sum to 1.', pitfalls: 'Meaningless for scores that are no probabilities.', source: 'I. J. Good, Rational decisions, 1952',
  }),
  entry('brier', { ...lossDown, range: '0 … 1 (two classes), 0 … 2 (more)' }, {
    name: 'Brier score', definition: 'The mean squared distance between probabilities and what happened.', formula: 'two classes: mean (p₊ − y)²; more: mean over rows of Σₖ (pₖ − yₖ)²',
    conventions: 'With a positive class only its probability counts; otherwise summed over the classes, not divided by their number.', pitfalls: 'The two forms differ by a factor of 2: compare like with like.',
    source: 'G. W. Brier, Monthly Weather Review 78, 1950',
  }),
  entry('label_equals_argmax', { direction: 'neither', range: 'yes or no', format: 'yes-no' }, {
    name: 'Labels follow the probabilities', definition: 'Whether the predicted class of every row is the one with the largest probability.', formula: '1 when label = argmax p in every row, else 0',
    conventions: 'Ties go to the class that comes first.', pitfalls: 'A “no” with a decision threshold of your own is expected; a “no” from the model’s own label output means that output needs a look.', source: 'Definition',
  }),
  entry('mean_confidence', { direction: 'neither', range: '1/classes … 1', format: 'share' }, {
    name: 'Mean confidence', definition: 'The mean of the largest probability of each row.', formula: 'mean max p', conventions: 'Of the argmax class, whatever the predicted label is.',
    pitfalls: 'Well above the accuracy means overconfident.', source: 'Definition',
  }),
]

const calibrated = ([10, 15] as const).flatMap((bins) => [
  entry(`ece_${bins}`, shareDown, {
    name: `Expected calibration error, ${bins} bins`, definition: 'How far stated confidence is from the share that is right, averaged over confidence bins by their rows.', formula: 'Σ nᵦ/n · |accuracyᵦ − confidenceᵦ|',
    conventions: `Largest probability of each row against argmax = truth; ${bins} equal bins on [0, 1], closed on the right.`, pitfalls: 'Depends on the number of bins; a useless model can be perfectly calibrated.', source: naeini,
  }),
  entry(`calibration.top_label_${bins}.mce`, shareDown, {
    name: `Maximum calibration error, ${bins} bins`, definition: 'The largest gap, in any confidence bin that holds rows, between stated confidence and the share that is right.', formula: 'max |accuracyᵦ − confidenceᵦ|',
    conventions: `Largest probability of each row against argmax = truth; ${bins} equal bins on [0, 1], closed on the right.`, pitfalls: 'Bins with a handful of rows decide it.', source: naeini,
  }),
])

const calibratedPositive = [
  entry('ece_positive_10', shareDown, {
    name: 'Expected calibration error of the positive class', definition: 'How far the stated probability of the positive class is from how often that class is true, averaged over probability bins by their rows.', formula: 'Σ nᵦ/n · |share positiveᵦ − mean p₊ᵦ|',
    conventions: '10 equal bins on [0, 1], closed on the right; only with two classes and a positive one.', pitfalls: 'Depends on the number of bins.', source: naeini,
  }),
  entry('calibration.positive_10.mce', shareDown, {
    name: 'Maximum calibration error of the positive class', definition: 'The largest gap, in any probability bin that holds rows, between the stated probability of the positive class and how often that class is true.', formula: 'max |share positiveᵦ − mean p₊ᵦ|',
    conventions: '10 equal bins on [0, 1], closed on the right; only with two classes and a positive one.', pitfalls: 'Bins with a handful of rows decide it.', source: naeini,
  }),
]

const ranked = [
  entry('roc_auc', scoreUp, {
    name: 'Area under the ROC curve', definition: 'The chance that a random row of a class (the positive one, where there is one) gets a higher score for that class than a random row of the others.', formula: 'U ÷ (positives · negatives)',
    conventions: `${tiesByRank} Not available when one side has no rows. On a class slice: that class against all others.${areaInterval}`, pitfalls: 'Says nothing about calibration, and looks good with rare positives even when precision is poor.', source: hanley,
  }),
  entry('gini', { ...scoreUp, range: '−1 … 1' }, { name: 'Gini coefficient', definition: 'The area under the ROC curve (AUC), rescaled so that chance is 0.', formula: '2 · AUC − 1', conventions: tiesByRank, pitfalls: 'It holds no information beyond the AUC.', source: hanley }),
  entry('ks_statistic', scoreUp, {
    name: 'KS statistic', definition: 'The largest distance between the score distributions of positive and negative rows.', formula: 'max over thresholds of (TPR − FPR)',
    conventions: 'One-sided: positives above negatives.', pitfalls: 'Describes a single threshold, which may not be the one in use.', source: 'N. Smirnov, 1948',
  }),
  entry('average_precision', scoreUp, {
    name: 'Average precision', definition: 'The area under the precision-recall steps: how clean the top of the ranking is.', formula: 'Σ (Rₙ − Rₙ₋₁) · Pₙ',
    conventions: 'No interpolation; rows with equal scores enter together. Not available without positive rows.' + precisionInterval, pitfalls: 'Chance level is the share of positives, not 0.5.', source: apSource,
  }),
  entry('roc_auc.ovr_macro', scoreUp, {
    name: 'AUC, one versus rest, macro', definition: 'The mean over classes of the area under the ROC curve (AUC) of each class against all others.', formula: 'mean AUCₖ',
    conventions: `${tiesByRank} Rows are divided by their sums when they do not sum to 1. Not available when a class has no row.${averageInterval}`, pitfalls: 'Sensitive to class shares, as the rest is a mixture.', source: 'T. Fawcett, Pattern Recognition Letters 27, 2006',
  }),
  entry('roc_auc.ovr_weighted', scoreUp, {
    name: 'AUC, one versus rest, weighted', definition: 'The mean over classes of the area under the ROC curve (AUC) of each class against all others, each class weighted by its true rows.', formula: 'Σ rowsₖ · AUCₖ ÷ n',
    conventions: `${tiesByRank} Rows are divided by their sums when they do not sum to 1. Not available when a class has no row.${averageInterval}`, pitfalls: 'Common classes hide rare ones.', source: 'F. Provost, P. Domingos, 2000',
  }),
  entry('roc_auc.ovo_macro', scoreUp, {
    name: 'AUC, one versus one, macro', definition: 'The mean, over all pairs of classes, of the area under the ROC curve (AUC) between the rows of the two classes: how well they are told apart.', formula: 'mean over a ≠ b of AUC(a | rows of a and b)',
    conventions: `${tiesByRank} Rows are divided by their sums when they do not sum to 1. Not available when a class has no row. Insensitive to class shares.${averageInterval}`, pitfalls: 'A single bad pair is hidden among many good ones.', source: 'D. J. Hand, R. J. Till, Machine Learning 45, 2001',
  }),
  entry('roc_auc.micro', scoreUp, {
    name: 'AUC, pooled', definition: 'The area under the ROC curve (AUC) over all cells of the score table at once, where a cell is positive when its class is the true class of its row.', formula: 'AUC over n · classes cells', conventions: tiesByRank,
    pitfalls: 'High for many classes, as most cells are easy negatives.', source: hanley,
  }),
  ...([['macro', 'the plain mean over classes', 'mean APₖ'], ['weighted', 'the mean over classes weighted by their true rows', 'Σ rowsₖ · APₖ ÷ n'], ['micro', 'over all cells pooled', 'AP over n · classes cells']] as const).map(([id, how, formula]) => entry(`average_precision.${id}`, scoreUp, {
    name: `Average precision, ${id === 'micro' ? 'pooled' : id}`, definition: `The area under the precision-recall steps of each class against the rest: ${how}.`, formula,
    conventions: `No interpolation; rows with equal scores enter together.${id === 'micro' ? '' : averageInterval}`, pitfalls: 'Chance level depends on the class shares.', source: apSource,
  })),
]

const topK = ([1, 2, 3, 5] as const).flatMap((k) => [
  entry(`top_k.${k}`, shareUp, {
    name: `Top-${k} accuracy`, definition: k === 1 ? 'The share of rows whose true class has the largest score.' : `The share of rows whose true class is among the ${k} largest scores.`,
    formula: `share of rows with fewer than ${k} classes above the true one`, conventions: `A tie at the boundary counts as a hit; ties_at_top_k_boundary.${k} counts these ties.`, pitfalls: 'Grows with k by itself.', source: 'Definition',
  }),
  entry(`ties_at_top_k_boundary.${k}`, countOf, {
    name: `Ties at the top-${k} boundary`, definition: `Rows where the scores ranked ${k} and ${k + 1} are equal, so that the top ${k} is not unique.`, formula: `rows with p₍${k}₎ = p₍${k + 1}₎`,
    conventions: 'Exact equality.', pitfalls: 'When this is large, top-k accuracy depends on how ties are broken.', source: 'Definition',
  }),
])

export const probabilityEntries: readonly MetricDescription[] = [...scores, ...calibrated, ...calibratedPositive, ...ranked, ...topK]
