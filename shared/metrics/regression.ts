// The streaming accumulator for regression.
import type { RegressionAccumulator, RegressionSetup } from './accumulator.ts'

export function createRegressionAccumulator(setup: RegressionSetup): RegressionAccumulator {
  throw new Error(`not written yet: seed ${setup.seed}`)
}
