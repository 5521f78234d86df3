// The seam between the batch loop and the tasks: one scorer takes the outputs of every batch, by the binding's task.
// Owns the choice only.
import type { Binding } from '../../../shared/domain/binding.ts'
import type { DatasetSource } from '../../../shared/domain/dataset.ts'
import type { Curve, MetricValue } from '../../../shared/domain/run.ts'
import type { RowLedger } from './evaluate-rows.ts'
import type { BatchBook } from './evaluate-source.ts'
import { openBoxScorer } from './scoring-boxes.ts'
import { openClassScorer } from './scoring-classes.ts'
import { openLabelScorer } from './scoring-labels.ts'
import { openMaskScorer } from './scoring-masks.ts'
import { openValueScorer } from './scoring-values.ts'
import type { DenseTensor } from './session.ts'

/** Turns the outputs of batches into metrics, curves, notes and a file of predictions. */
export interface TaskScorer {
  /** Names of the outputs that every call must fetch. */
  readonly fetches: readonly string[]
  /** Accounts for one batch. `fed` rows were run (padding included), the first `rows` of them count; the book's arrays are reused after. */
  add(outputs: Readonly<Record<string, DenseTensor>>, book: BatchBook, rows: number, fed: number): Promise<void>
  /** The number that progress shows; null before the first row and without true answers. */
  headline(): { metric: string; value: number } | null
  /** Called once, after the last batch; the file of predictions is complete then. */
  finish(): Promise<{ metrics: MetricValue[]; curves: Curve[]; notes: string[] }>
  /** Lets go of everything without a result; the half-written file is the caller's to remove. */
  abandon(): void
}

export interface ScorerOptions {
  /** Where the predictions are written. */
  readonly path: string
  readonly seed: number
  /** Told about every row that was scored or has no answer. */
  readonly ledger: RowLedger
  /** Whether rows have names of their own: an id column, or the files of pictures. */
  readonly ids: boolean
  /** Where the true answers of pictures are read from. */
  readonly source: DatasetSource
}

/** The scorer for the binding's task. Throws `binding.invalid` when the outputs do not answer it. */
export async function openScorer(binding: Binding, options: ScorerOptions): Promise<TaskScorer> {
  switch (binding.task) {
    case 'binary-classification':
    case 'multiclass-classification': return openClassScorer(binding, options)
    case 'multilabel-classification': return openLabelScorer(binding, options)
    case 'regression': return openValueScorer(binding, options)
    case 'semantic-segmentation': return openMaskScorer(binding, options)
    case 'object-detection': return openBoxScorer(binding, options)
  }
}
