// `slipway submit`: put an evaluated version up for review.
import type { Command } from 'commander'
import { lifeStep } from './life-step.ts'

/** Registers the command. */
export function registerSubmit(program: Command): void {
  lifeStep(program, 'submit', 'Put an evaluated version up for review.', 'ready for the quarter')
}
