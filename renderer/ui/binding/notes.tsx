// What was guessed about a part of the binding, how sure, and why; and what is wrong with it. Stands beside the part itself.
import { createContext, useContext, type ReactNode } from 'react'
import type { BindingProblem, Guess } from '../../../shared/domain/binding.ts'
import { Icon } from '../icon.tsx'
import { Badge, type Tone } from '../status.tsx'
import styles from './binding.module.css'

export interface BindingNotes { readonly guesses: readonly Guess[]; readonly problems: readonly BindingProblem[] }

export const BindingNotesContext = createContext<BindingNotes>({ guesses: [], problems: [] })

const tones: Readonly<Record<Guess['confidence'], { readonly words: string; readonly tone: Tone }>> = {
  certain: { words: 'certain', tone: 'good' }, likely: { words: 'likely', tone: 'neutral' }, guess: { words: 'a guess', tone: 'warn' }, set: { words: 'set by you', tone: 'accent' },
}

/** How sure a part of a binding is, as a badge. */
export function Sureness({ confidence }: { readonly confidence: Guess['confidence'] }): ReactNode {
  const { words, tone } = tones[confidence]
  return <Badge tone={tone}>{words}</Badge>
}

const concerns = (about: string, part: string, exact: boolean): boolean => about === part || (!exact && about.startsWith(`${part}.`))

/** Whether anything is said about a part. */
export const hasNotes = (notes: BindingNotes, part: string): boolean => [...notes.guesses, ...notes.problems].some((n) => concerns(n.about, part, false))

export function Problem({ problem }: { readonly problem: BindingProblem }): ReactNode {
  return (
    <p className={styles['problem']} data-severity={problem.severity}>
      <Icon name={problem.severity === 'error' ? 'alert' : 'warning'} size={14} />
      <span><span className="visually-hidden">{problem.severity}: </span>{problem.sentence} <span className={styles['next']}>{problem.next}</span></span>
    </p>
  )
}

const missingWords: Readonly<Record<string, string>> = { nan: 'become NaN', empty: 'become empty text', drop: 'leave the row out' }

/** What was guessed, in words: `Missing cells become NaN`, `Resize: stretch, bilinear`. */
const guessWords = (part: string, value: string): string => (part === 'missing' ? `Missing cells ${missingWords[value] ?? `become ${value}`}` : `${part.charAt(0).toUpperCase()}${part.slice(1)}: ${value}`)

/** One guess: how sure, what (where it is about less than the whole part), why, and for which inputs when it is said once for many. */
export function GuessLine({ guess, part, where }: { readonly guess: Guess; readonly part: string; readonly where?: string }): ReactNode {
  return (
    <p className={styles['guess']}>
      <Sureness confidence={guess.confidence} />
      <span>{part !== '' && <strong>{guessWords(part, guess.value)}. </strong>}{guess.reason}{where !== undefined && <span className={styles['where']}> {where}.</span>}</span>
    </p>
  )
}

/** Everything said about `part` and what lies under it; `exact`: about the part alone. */
export function Notes({ part, exact = false }: { readonly part: string; readonly exact?: boolean }): ReactNode {
  const notes = useContext(BindingNotesContext)
  const guesses = notes.guesses.filter((g) => concerns(g.about, part, exact))
  const problems = notes.problems.filter((p) => concerns(p.about, part, exact))
  if (guesses.length === 0 && problems.length === 0) return null
  return (
    <div className={styles['notes']}>
      {problems.map((p) => <Problem key={p.sentence} problem={p} />)}
      {guesses.map((g) => <GuessLine key={`${g.about} ${g.value}`} guess={g} part={g.about.slice(part.length + 1)} />)}
    </div>
  )
}
