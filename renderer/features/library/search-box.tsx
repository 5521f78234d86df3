// The search field: completes fields, metrics and values at the caret, and shows a mistake under the text at its place. Owns the keys of the list.
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { flushSync } from 'react-dom'
import { SlipwayError } from '../../../shared/errors.ts'
import { completeSearch, type Completion } from '../../../shared/search/complete.ts'
import { parseSearch } from '../../../shared/search/parse.ts'
import { useCall } from '../../bridge/use-call.ts'
import { classes } from '../../ui/classes.ts'
import styles from './search.module.css'

const noWords = { tags: [], aliases: [], owners: [], datasets: [], models: [] }

/** The mistake in a search; null when it can be asked. */
export function searchMistake(text: string): SlipwayError<'search.invalid'> | null {
  try { parseSearch(text) } catch (thrown) {
    if (thrown instanceof SlipwayError && thrown.code === 'search.invalid') return thrown as SlipwayError<'search.invalid'>
    throw thrown
  }
  return null
}

/** The text with the place of the mistake marked, and what was expected there. */
function Mistake({ id, text, error }: { readonly id: string; readonly text: string; readonly error: SlipwayError<'search.invalid'> }): ReactNode {
  const { at, length } = error.details
  const end = Math.max(at + length, at + 1)
  return (
    <div id={id} className={styles['mistake']} role="status">
      <code className={styles['echo']} aria-hidden="true">{text.slice(0, at)}<mark>{text.slice(at, end) === '' ? ' ' : text.slice(at, end)}</mark>{text.slice(end)}</code>
      <span>{error.message} {error.next}</span>
    </div>
  )
}

interface ListProps { readonly id: string; readonly options: readonly Completion[]; readonly current: number; readonly onChoose: (option: Completion) => void }

function OptionList({ id, options, current, onChoose }: ListProps): ReactNode {
  return (
    <ul id={id} role="listbox" aria-label="Completions" className={styles['options']}>
      {options.map((o, i) => (
        <li key={o.label} id={`${id}-${i}`} role="option" aria-selected={i === current} className={classes(styles['option'], i === current && styles['current'])}
          onMouseDown={(event) => { event.preventDefault(); onChoose(o) }}
          ref={i === current ? (node) => node?.scrollIntoView({ block: 'nearest' }) : undefined}
        >
          <code>{o.label}</code><span>{o.detail}</span>
        </li>
      ))}
    </ul>
  )
}

interface Props { readonly value: string; readonly onText: (text: string) => void }

/** Arrows walk the list, Tab or Enter takes an entry, Escape closes it; without a choice Enter leaves the text as it is. */
export function SearchBox({ value, onText }: Props): ReactNode {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const words = useCall('search.words', {})
  const [caret, setCaret] = useState<number | null>(null)
  const [current, setCurrent] = useState(-1)
  const found = caret === null ? { from: 0, options: [] } : completeSearch(value, caret, words.data ?? noWords)
  const open = found.options.length > 0
  // While somebody still types at the end, the text is not wrong but unfinished.
  const error = searchMistake(value)
  const unfinished = error !== null && open && error.details.at >= value.trimEnd().length
  const follow = (): void => { setCaret(input.current?.selectionStart ?? null); setCurrent(-1) }
  const choose = (option: Completion): void => {
    const text = value.slice(0, found.from) + option.insert + value.slice(caret ?? value.length).replace(/^\s+/, '')
    const place = found.from + option.insert.length
    // At once: a letter typed before the next frame would come at the end, and the caret jump back before it.
    flushSync(() => { onText(text); setCaret(place); setCurrent(-1) })
    input.current?.setSelectionRange(place, place)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const chosen = found.options[current] ?? (event.key === 'Tab' && !event.shiftKey && value.slice(found.from, caret ?? 0) !== '' ? found.options[0] : undefined)
    if (step !== 0 && open) {
      event.preventDefault()
      const next = current + step
      setCurrent(next < -1 ? found.options.length - 1 : next >= found.options.length ? -1 : next)
    } else if (step !== 0) follow()
    else if ((event.key === 'Enter' || event.key === 'Tab') && open && chosen !== undefined) {
      event.preventDefault()
      choose(chosen)
    } else if (event.key === 'Escape' && open) {
      event.preventDefault()
      setCaret(null)
    } else if (event.key === 'Enter') setCaret(null)
  }
  const shownError = error !== null && !unfinished ? error : null
  return (
    <div className={styles['box']}>
      <input
        ref={input} type="search" role="combobox" aria-label="Search versions" placeholder="Search: auc > 0.9 and tag = prod" value={value} spellCheck={false} autoComplete="off" className={styles['field']}
        aria-expanded={open} aria-controls={`${id}-list`} aria-autocomplete="list" aria-activedescendant={current >= 0 && open ? `${id}-list-${current}` : undefined}
        aria-invalid={shownError !== null || undefined} aria-describedby={shownError !== null ? `${id}-error` : undefined}
        onChange={(event) => { onText(event.target.value); setCaret(event.target.selectionStart); setCurrent(-1) }}
        onKeyDown={onKeyDown} onClick={follow} onBlur={() => setCaret(null)}
      />
      {open && <OptionList id={`${id}-list`} options={found.options} current={current} onChoose={choose} />}
      {shownError !== null && <Mistake id={`${id}-error`} text={value} error={shownError} />}
    </div>
  )
}
