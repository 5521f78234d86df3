// `slipway withdraw`: take a version out of review.
import type { Command } from 'commander'
import { lifeStep } from './life-step.ts'

/** Registers the command. */
export function registerWithdraw(program: Command): void {
  lifeStep(program, 'withdraw', 'Take a version out of review.', 'found a mistake in the data')
}
