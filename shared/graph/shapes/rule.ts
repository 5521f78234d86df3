// What one rule of shape inference is given and answers: the known inputs of a node and its settings, and the known outputs.
// Types, and the readers that most rules share.
import type { TensorType } from '../../domain/model.ts'
import { numbersOf, nothing, type Dim, type Known } from '../known.ts'

/** The settings of a node. A reader answers null when the setting is absent or of another kind. */
export interface Settings {
  int(name: string): number | null
  ints(name: string): readonly number[] | null
  float(name: string): number | null
  floats(name: string): readonly number[] | null
  text(name: string): string | null
  /** How many texts a list holds, without reading them. */
  countOf(name: string): number | null
  /** Its first tensor. */
  tensor(name: string): Known | null
  /** The element type behind a number of the format. */
  typeOf(code: number): TensorType
}

export interface Ask {
  /** By place; null where an optional input is left out. */
  readonly inputs: readonly (Known | null)[]
  readonly settings: Settings
  /** How many outputs the node has. */
  readonly outputs: number
}

export type Rule = (ask: Ask) => readonly Known[]

export const input = (ask: Ask, at: number): Known => ask.inputs[at] ?? nothing
export const has = (ask: Ask, at: number): boolean => ask.inputs[at] != null

/** Numbers that stand in an input in newer versions of an operator and in a setting in older ones. */
export function numbersAt(ask: Ask, at: number, setting: string): readonly number[] | null {
  if (has(ask, at)) return numbersOf(input(ask, at).value)
  return ask.settings.ints(setting)
}

/** Whether such numbers are there at all, known or not. */
export const given = (ask: Ask, at: number, setting: string): boolean => has(ask, at) || ask.settings.ints(setting) !== null

export const unknownShape = (rank: number): readonly Dim[] => Array<Dim>(rank).fill(null)
