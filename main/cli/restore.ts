// `slipway restore`: bring a retired or archived version back to where it was.
import type { Command } from 'commander'
import { lifeStep } from './life-step.ts'

/** Registers the command. */
export function registerRestore(program: Command): void {
  lifeStep(program, 'restore', 'Bring a retired or archived version back to where it was.', 'needed for a roll-back')
}
