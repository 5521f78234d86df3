// `slipway archive`: put a version away that is not in use; nothing is deleted.
import type { Command } from 'commander'
import { lifeStep } from './life-step.ts'

/** Registers the command. */
export function registerArchive(program: Command): void {
  lifeStep(program, 'archive', 'Put a version away that is not in use; nothing is deleted.', 'a trial only')
}
