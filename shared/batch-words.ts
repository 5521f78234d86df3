// What a run's numbers owe to the size of its batches, in a sentence. Owns the words; refuses to promise what was not measured.
import type { RunEnvironment } from './domain/run.ts'

/** What a repeat gives, and what another batch size would change; null where nothing is known, as of runs on other devices. */
export function batchSentence({ batchEffect }: Pick<RunEnvironment, 'batchEffect'>): string | null {
  switch (batchEffect) {
    case 'none': return 'A repeat gives the same numbers, and no operator of this model is known to answer otherwise in batches of another size.'
    case 'rounding': return 'A repeat gives the same numbers. In batches of another size the runtime adds up the terms of this model in another order, so scores may differ in the seventh digit.'
    case 'range': return 'A repeat gives the same numbers. In batches of another size a row’s scores differ, because this model takes its quantisation range from the whole batch.'
    case undefined: return null
  }
}
