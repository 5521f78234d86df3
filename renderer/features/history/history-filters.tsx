// Which events are shown: by whom, what, when, and by words. The choice is part of the link.
import type { ReactNode } from 'react'
import type { AuditState } from '../../../shared/domain/audit.ts'
import type { HistoryFilter } from '../../../shared/domain/history.ts'
import { go, type Route } from '../../route.ts'
import { Button } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { verbWord } from './event-words.ts'
import styles from './history.module.css'

export type HistoryRoute = Extract<Route, { screen: 'history' }>

/** Names are told apart from “nobody” by what stands before them. */
const named = 'p:'

/** Midnight at the beginning of a day, here; null for what is no day. */
function dayAt(day: string | undefined, plus: number): number | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '')
  return parts === null ? null : new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + plus).getTime()
}

/** What to ask the core for a route. */
export function filterOf({ subject, who, verb, since, until, text }: HistoryRoute): HistoryFilter {
  const [from, to] = [dayAt(since, 0), dayAt(until, 1)]
  return {
    ...(subject === undefined ? {} : { subject }), ...(verb === undefined ? {} : { verb }), ...(text === undefined ? {} : { text }),
    ...(who === undefined ? {} : { who: who.startsWith(named) ? who.slice(named.length) : null }),
    ...(from === null ? {} : { from }), ...(to === null ? {} : { to: to - 1 }),
  }
}

export const isFiltered = (route: HistoryRoute): boolean => Object.keys(filterOf(route)).length > 0

export function HistoryFilters({ route, state }: { readonly route: HistoryRoute; readonly state: AuditState }): ReactNode {
  const set = (name: 'who' | 'verb' | 'since' | 'until' | 'text', value: string): void => {
    const rest: Record<string, unknown> = { ...route }
    delete rest[name]
    go({ ...rest, ...(value === '' ? {} : { [name]: value }) } as unknown as HistoryRoute, 'replace')
  }
  const people = [{ value: '', label: 'Everybody' }, ...state.people.map((name) => ({ value: `${named}${name}`, label: name })), ...(state.nameless ? [{ value: 'nobody', label: 'Not known' }] : [])]
  const verbs = [{ value: '', label: 'Everything' }, ...state.verbs.map((verb) => ({ value: verb, label: verbWord(verb) })).sort((a, b) => a.label.localeCompare(b.label, 'en'))]
  return (
    <div role="search" aria-label="Which events" className={styles['filters']}>
      <TextField label="Words" type="search" value={route.text ?? ''} maxLength={200} onText={(text) => set('text', text)} />
      <SelectField label="Who" value={route.who ?? ''} choices={people} onChoose={(who) => set('who', who)} />
      <SelectField label="What" value={route.verb ?? ''} choices={verbs} onChoose={(verb) => set('verb', verb)} />
      <TextField label="From" type="date" value={route.since ?? ''} onText={(day) => set('since', day)} />
      <TextField label="To" type="date" value={route.until ?? ''} onText={(day) => set('until', day)} />
      {isFiltered(route) && <Button look="quiet" onClick={() => go({ screen: 'history' })}>Show everything</Button>}
    </div>
  )
}
