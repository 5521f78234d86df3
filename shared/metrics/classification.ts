// The streaming accumulator for binary and multiclass classification. Owns the order of the parts; each part owns its formulas.
import type { ClassificationAccumulator, ClassificationSetup } from './accumulator.ts'

export function createClassificationAccumulator(setup: ClassificationSetup): ClassificationAccumulator {
  throw new Error(`not written yet: ${setup.classes.length} classes`)
}
