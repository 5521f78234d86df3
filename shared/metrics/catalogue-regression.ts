// Catalogue entries of the regression metrics. Error means prediction minus truth.
import type { MetricDescription } from './catalogue.ts'
import { entry, signedScoreUp } from './catalogue-entry.ts'

const unitDown = { direction: 'lower-is-better', range: '0 …', format: 'target-unit' } as const
const relativeDown = { direction: 'lower-is-better', range: '0 …', format: 'relative' } as const
const fitUp = { direction: 'higher-is-better', range: '−∞ … 1', format: 'score' } as const
const unitNeither = { direction: 'neither', range: '−∞ … ∞', format: 'target-unit' } as const
const definition = 'Definition'
const hyndman = 'R. J. Hyndman, Y. Fan, Sample quantiles in statistical packages, 1996, definition 7'
const forecast = 'R. J. Hyndman, A. B. Koehler, International Journal of Forecasting 22, 2006'
const noSpread = 'Not available when all true values are equal.'

const errors = [
  entry('mae', unitDown, {
    name: 'Mean absolute error', definition: 'How far a prediction is from the truth, on average.', formula: '1/n · Σ |e|', conventions: 'In the unit of the target.', pitfalls: 'Large misses count in proportion only.', source: definition,
  }),
  entry('mse', { ...unitDown, format: 'squared-target-unit' }, {
    name: 'Mean squared error', definition: 'The mean of the squared errors.', formula: '1/n · Σ e²', conventions: 'In the square of the target’s unit. The interval is Student’s, bent by the skewness of the rows (P. Hall, J. R. Statist. Soc. B 54, 1992).', pitfalls: 'A few outliers can make up most of it, and then the interval holds the truth less often than it says; the run says so.', source: definition,
  }),
  entry('rmse', unitDown, {
    name: 'Root mean squared error', definition: 'The square root of the mean squared error: a typical error that weighs large misses more.', formula: '√(1/n · Σ e²)',
    conventions: 'In the unit of the target. The interval is the root of that of the mean squared error.', pitfalls: 'Grows with outliers; compare with the mean absolute error.', source: definition,
  }),
  entry('median_absolute_error', unitDown, {
    name: 'Median absolute error', definition: 'The error that half of the predictions do not exceed.', formula: 'median |e|', conventions: 'Mean of the middle two for an even number of rows.', pitfalls: 'Blind to the worse half.', source: definition,
  }),
  entry('max_error', unitDown, { name: 'Largest error', definition: 'The largest absolute error of any row.', formula: 'max |e|', conventions: 'In the unit of the target.', pitfalls: 'One row decides it, and it grows with the number of rows.', source: definition }),
  entry('mape', relativeDown, {
    name: 'Mean absolute percentage error', definition: 'The mean of the absolute error relative to the true value.', formula: '1/n · Σ |e| ÷ |y|',
    conventions: 'A fraction: 0.1 is 10 %. Not available when a true value is 0.', pitfalls: 'Explodes near 0 and punishes predictions above the truth more than below.', source: forecast,
  }),
  entry('smape', { ...relativeDown, range: '0 … 2' }, {
    name: 'Symmetric mean absolute percentage error', definition: 'The error relative to the mean size of truth and prediction.', formula: '1/n · Σ 2|e| ÷ (|y| + |p|)',
    conventions: 'A fraction from 0 to 2. Not available when truth and prediction of a row are both 0.', pitfalls: 'Not really symmetric, and unstable near 0.', source: forecast,
  }),
  entry('mean_error_bias', unitNeither, {
    name: 'Mean error (bias)', definition: 'Whether predictions are too high (above 0) or too low (below 0) on average.', formula: '1/n · Σ e', conventions: 'Prediction minus truth. Best at 0.', pitfalls: 'Can be 0 while every prediction is wrong.', source: definition,
  }),
  entry('error_std', unitDown, { name: 'Standard deviation of the errors', definition: 'The spread of the errors around their mean.', formula: '√(1/n · Σ (e − ē)²)', conventions: 'Divided by n.', pitfalls: 'Leaves the bias out.', source: definition }),
  entry('error_std_sample', unitDown, {
    name: 'Standard deviation of the errors (sample)', definition: 'The spread of the errors around their mean, as an estimate for the population that the rows were drawn from.', formula: '√(1/(n − 1) · Σ (e − ē)²)', conventions: 'Divided by n − 1; not available for one row.', pitfalls: 'Leaves the bias out.', source: definition,
  }),
  entry('msle', { ...relativeDown, format: 'score' }, {
    name: 'Mean squared logarithmic error', definition: 'The mean squared difference of the logarithms of 1 + value: about relative errors.', formula: '1/n · Σ (ln(1 + p) − ln(1 + y))²',
    conventions: 'Not available with a negative truth or prediction.', pitfalls: 'Punishes predictions below the truth more than above.', source: definition,
  }),
  entry('rmsle', { ...relativeDown, format: 'score' }, { name: 'Root mean squared logarithmic error', definition: 'The square root of the mean squared difference of the logarithms of 1 + value: a typical relative error.', formula: '√MSLE', conventions: 'Not available with a negative truth or prediction.', pitfalls: 'Punishes predictions below the truth more than above.', source: definition }),
]

const fit = [
  entry('r2', fitUp, {
    name: 'R²', definition: 'The share of the truth’s variance that predictions explain; 0 is as good as always predicting the mean.', formula: '1 − Σ e² ÷ Σ (y − ȳ)²',
    conventions: `${noSpread} The mean is that of the scored rows.`, pitfalls: 'Depends on the spread of the data, so values from different data sets do not compare.', source: 'S. Wright, Correlation and causation, 1921',
  }),
  entry('explained_variance', fitUp, {
    name: 'Explained variance', definition: 'The share of the truth’s variance that predictions explain when a constant bias is forgiven.', formula: '1 − var(e) ÷ var(y)', conventions: noSpread, pitfalls: 'Above R² means the predictions are biased.', source: definition,
  }),
  entry('pearson_r', signedScoreUp, {
    name: 'Pearson correlation', definition: 'How well truth and prediction lie on a straight line.', formula: 'cov(y, p) ÷ (σᵧ σₚ)', conventions: 'Not available when either side is constant.', pitfalls: 'Blind to bias and scale.', source: 'K. Pearson, 1895',
  }),
  entry('spearman_rho', signedScoreUp, {
    name: 'Spearman rank correlation', definition: 'How well predictions put the rows in the right order.', formula: 'Pearson correlation of the ranks', conventions: 'Ties share their mean rank.', pitfalls: 'Blind to the size of errors.', source: 'C. Spearman, 1904',
  }),
  entry('kendall_tau', signedScoreUp, {
    name: 'Kendall’s tau-b', definition: 'Pairs of rows that predictions put in the right order minus pairs in the wrong order, as a share of the pairs.', formula: '(C − D) ÷ √((N − Tᵧ)(N − Tₚ)), N = n(n − 1)/2', conventions: 'τ-b: tied pairs count in neither and shrink the denominator.', pitfalls: 'Lower than Spearman’s rho by nature; compare like with like.',
    source: 'M. G. Kendall, 1945; computed after W. R. Knight, 1966',
  }),
]

const percent = (q: string) => `${Number(q) * 100} %`

const residuals = ['0', '0.05', '0.25', '0.5', '0.75', '0.95', '1'].map((q) => entry(`residual_quantiles.${q}`, unitNeither, {
  name: q === '0' ? 'Lowest error' : q === '1' ? 'Highest error' : q === '0.5' ? 'Median error' : `Error, ${percent(q)} quantile`,
  definition: q === '0' ? 'The furthest that a prediction lies below the truth.' : q === '1' ? 'The furthest that a prediction lies above the truth.' : `${percent(q)} of the rows have an error (prediction minus truth) at or below this value.`,
  formula: `quantile(e, ${q})`, conventions: 'Linear interpolation between order statistics.', pitfalls: 'The ends are single rows.', source: hyndman,
}))

const absolute = ['0.5', '0.9', '0.95', '0.99'].map((q) => entry(`abs_error_quantiles.${q}`, unitDown, {
  name: `Absolute error, ${percent(q)} quantile`, definition: `${percent(q)} of the predictions have an absolute error at or below this value.`, formula: `quantile(|e|, ${q})`,
  conventions: 'Linear interpolation between order statistics.', pitfalls: 'Needs many rows to be firm near the end.', source: hyndman,
}))

export const regressionEntries: readonly MetricDescription[] = [...errors, ...fit, ...residuals, ...absolute]
