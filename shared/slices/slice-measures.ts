// By what a part of the data is judged in each task, and what that is called. Owns the choice and the words; computes nothing.
import type { ModelTask } from '../domain/model.ts'
import type { SliceMetric, SliceReport } from '../domain/slices.ts'
import { formatPlural } from '../format.ts'

interface Measure {
  /** A share of right rows, where more is better; else a mean of errors, where less is. */
  readonly share: boolean
  readonly name: string
  /** For the head of a column. */
  readonly short: string
}

export const sliceMeasures: Readonly<Record<SliceMetric, Measure>> = {
  accuracy: { share: true, name: 'accuracy', short: 'Accuracy' },
  mae: { share: false, name: 'mean absolute error', short: 'Mean error' },
  subset_accuracy: { share: true, name: 'share of rows with exactly the right labels', short: 'All labels right' },
  box_errors: { share: false, name: 'mean number of wrong and missed boxes of a picture', short: 'Box errors' },
  mask_error: { share: false, name: 'mean of 1 − IoU of a picture', short: '1 − IoU' },
}

/** Null: the rows of this task have neither one right or wrong answer nor one error. */
export function sliceMetricOf(task: ModelTask): SliceMetric | null {
  switch (task) {
    case 'binary-classification': case 'multiclass-classification': return 'accuracy'
    case 'regression': return 'mae'
    case 'multilabel-classification': return 'subset_accuracy'
    case 'object-detection': return 'box_errors'
    case 'semantic-segmentation': return 'mask_error'
    default: return null
  }
}

/** `Accuracy`, `Mean absolute error`: at the start of a sentence. */
export const sliceMeasureName = (metric: SliceMetric): string => { const { name } = sliceMeasures[metric]; return name.charAt(0).toUpperCase() + name.slice(1) }

/** What a record of this measure is called. */
export const sliceNoun = (metric: SliceMetric): 'picture' | 'row' => (metric === 'box_errors' || metric === 'mask_error' ? 'picture' : 'row')

/** What the slices come to, as one sentence. Nothing to look at is said as such, since it is no good news. */
export function slicesSentence({ metric, slices, minimumRows }: Pick<SliceReport, 'metric' | 'slices' | 'minimumRows'>): string {
  const noun = sliceNoun(metric)
  const least = `at least ${formatPlural(minimumRows, noun)}`
  if (slices.length === 0) return `No part of the data has ${least}, so nothing can be said about parts of it.`
  const weak = slices.filter((s) => s.weak).length
  return `Of ${formatPlural(slices.length, 'slice')} with ${least}, ${weak === 0 ? 'none is' : weak === 1 ? 'one is' : `${weak} are`} clearly worse than the other ${noun}s, corrected for looking at all of them.`
}
