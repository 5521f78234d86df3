// Guesses that many inputs share, said once above them instead of beside each: the eye then finds what differs.
import type { ReactNode } from 'react'
import type { Guess } from '../../../shared/domain/binding.ts'
import styles from './binding.module.css'
import { GuessLine } from './notes.tsx'

export interface SharedGuess { readonly guess: Guess; readonly part: string; readonly inputs: readonly string[] }

const enough = 3

/** The input that a guess is about; the longest name wins, because names may hold dots. */
const inputOf = (guess: Guess, inputs: readonly string[]): string | null =>
  inputs.filter((name) => guess.about === `inputs.${name}` || guess.about.startsWith(`inputs.${name}.`)).sort((a, b) => b.length - a.length)[0] ?? null

/** Splits guesses into those that at least three inputs share word for word, and the rest. */
export function splitShared(guesses: readonly Guess[], inputs: readonly string[]): { readonly common: readonly SharedGuess[]; readonly own: readonly Guess[] } {
  const groups = new Map<string, { guess: Guess; part: string; inputs: string[]; members: Guess[] }>()
  for (const guess of guesses) {
    const input = inputOf(guess, inputs)
    if (input === null) continue
    const part = guess.about.slice(`inputs.${input}.`.length)
    const key = JSON.stringify([part, part === '' ? '' : guess.value, guess.confidence, guess.reason])
    const group = groups.get(key) ?? { guess, part, inputs: [], members: [] }
    group.inputs.push(input)
    group.members.push(guess)
    groups.set(key, group)
  }
  const common = [...groups.values()].filter((g) => g.inputs.length >= enough)
  const said = new Set(common.flatMap((g) => g.members))
  return { common, own: guesses.filter((g) => !said.has(g)) }
}

const named = (names: readonly string[], all: number): string =>
  names.length === all ? `All ${all} inputs` : names.length <= 8 ? names.join(', ') : `${names.slice(0, 7).join(', ')} and ${names.length - 7} more`

export function SharedNotes({ common, all }: { readonly common: readonly SharedGuess[]; readonly all: number }): ReactNode {
  if (common.length === 0) return null
  return (
    <div className={styles['common']}>
      {common.map((c) => <GuessLine key={`${c.part} ${c.guess.reason}`} guess={c.guess} part={c.part} where={named(c.inputs, all)} />)}
    </div>
  )
}
