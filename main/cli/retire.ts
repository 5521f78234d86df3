// `slipway retire`: say that a version is not to be used any more. No alias may point to it.
import type { Command } from 'commander'
import { lifeStep } from './life-step.ts'

/** Registers the command. */
export function registerRetire(program: Command): void {
  lifeStep(program, 'retire', 'Say that a version is not to be used any more. No alias may point to it.', 'replaced by version 3')
}
