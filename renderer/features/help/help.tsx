// Help, offline: every metric with its formula, reading and pitfalls, the words of Slipway, and the keys.
import { useDeferredValue, useMemo, type ReactNode } from 'react'
import { findInGlossary } from '../../../shared/glossary.ts'
import { metricCatalogue, metricFamily, type MetricDescription } from '../../../shared/metrics/catalogue.ts'
import { go, type HelpTab, type Route } from '../../route.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { TextField } from '../../ui/field.tsx'
import { MetricDefinition } from '../../ui/metric/metric-number.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { keyWord, shortcutGroups } from '../../../shared/shortcuts.ts'
import { onMac } from '../../ui/shortcuts.ts'
import { Tabs } from '../../ui/tabs.tsx'
import styles from './help.module.css'

type HelpRoute = Extract<Route, { screen: 'help' }>

const holds = (text: string, find: string): boolean => find.toLowerCase().split(/\s+/).every((word) => text.toLowerCase().includes(word))

/** Families in the order of the catalogue, with the entries that fit. */
function families(find: string): readonly (readonly [string, readonly MetricDescription[]])[] {
  const found = new Map<string, MetricDescription[]>()
  for (const entry of metricCatalogue) {
    if (!holds(`${entry.name} ${entry.id} ${entry.definition}`, find)) continue
    const family = metricFamily(entry.id)
    found.set(family, [...(found.get(family) ?? []), entry])
  }
  return [...found]
}

function Metrics({ find }: { readonly find: string }): ReactNode {
  const groups = useMemo(() => families(find), [find])
  if (groups.length === 0) return <Nothing find={find} what="metric" />
  return groups.map(([family, entries]) => (
    <Section key={family} title={family} count={entries.length}>
      <div className={styles['cards']}>{entries.map((entry) => <div key={entry.id} className={styles['card']}><MetricDefinition metric={entry.id} /></div>)}</div>
    </Section>
  ))
}

function Words({ find }: { readonly find: string }): ReactNode {
  const entries = findInGlossary(find)
  if (entries.length === 0) return <Nothing find={find} what="word" />
  return (
    <dl className={styles['words']}>
      {entries.map((entry) => <div key={entry.word}><dt>{entry.word}</dt><dd>{entry.meaning}</dd></div>)}
    </dl>
  )
}

const Nothing = ({ find, what }: { readonly find: string; readonly what: string }): ReactNode => <EmptyState icon="search" title={`No ${what} fits “${find}”`}>Try fewer letters, or look under the other tabs.</EmptyState>

function Keys(): ReactNode {
  const mac = onMac()
  return shortcutGroups.map((group) => (
    <Section key={group.title} title={group.title}>
      <dl className={styles['keys']}>
        {group.shortcuts.map((shortcut) => (
          <div key={shortcut.does}>
            <dt>{shortcut.keys.map((keys) => <span key={keys.join()} className={styles['press']}>{keys.map((key) => <kbd key={key}>{keyWord(key, mac)}</kbd>)}</span>)}</dt>
            <dd>{shortcut.does}</dd>
          </div>
        ))}
      </dl>
    </Section>
  ))
}

export function HelpScreen({ route }: { readonly route: HelpRoute }): ReactNode {
  const tab = route.tab ?? 'metrics'
  const find = route.find ?? ''
  const wanted = useDeferredValue(find)
  const show = (next: HelpTab, text: string): void => { go({ screen: 'help', tab: next, ...(text === '' ? {} : { find: text }) }, 'replace') }
  const search = <div className={styles['find']}><TextField label="Find" type="search" value={find} placeholder={tab === 'words' ? 'A word, such as drift' : 'A metric, such as Brier'} onText={(text) => show(tab, text)} /></div>
  return (
    <Page title="Help" lead="What every number means, what every word means, and which keys work. All of it is on this machine.">
      <Tabs label="Help" value={tab} onChange={(next) => show(next, next === 'keys' ? '' : find)} tabs={[
        { key: 'metrics', label: 'Metrics', count: metricCatalogue.length, content: <>{search}<Metrics find={wanted} /></> },
        { key: 'words', label: 'Words', content: <>{search}<Words find={wanted} /></> },
        { key: 'keys', label: 'Keys', content: <Keys /> },
      ]} />
    </Page>
  )
}
