// Everything that happened to a model on one vertical line of time, newest first, with the kinds to choose from.
import { useState, type ReactNode } from 'react'
import { TimelineKind, type TimelineEntry } from '../../../shared/domain/timeline.ts'
import { formatTime } from '../../../shared/format.ts'
import type { ModelId } from '../../../shared/ids.ts'
import { useCall } from '../../bridge/use-call.ts'
import { href } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { CheckField } from '../../ui/field.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { Stack } from '../../ui/page.tsx'
import styles from './timeline.module.css'

const kinds: Readonly<Record<TimelineKind, { readonly label: string; readonly icon: IconName }>> = {
  version: { label: 'Versions', icon: 'import' }, state: { label: 'States', icon: 'verified' }, alias: { label: 'Aliases', icon: 'tag' },
  run: { label: 'Runs', icon: 'run' }, gate: { label: 'Gate checks', icon: 'gate' }, bundle: { label: 'Bundles', icon: 'bundle' },
}
const page = 50

export function TimelineTab({ modelId }: { readonly modelId: ModelId }): ReactNode {
  const [shown, setShown] = useState<readonly TimelineKind[]>(TimelineKind.options)
  const [limit, setLimit] = useState(page)
  const asked = useCall('model.timeline', { modelId, kinds: [...shown], limit }, { enabled: shown.length > 0, keepPrevious: true })
  const toggle = (kind: TimelineKind): void => { setLimit(page); setShown(shown.includes(kind) ? shown.filter((k) => k !== kind) : TimelineKind.options.filter((k) => k === kind || shown.includes(k))) }
  return (
    <Stack>
      <div className={styles['filters']} role="group" aria-label="What to show">
        {TimelineKind.options.map((kind) => <CheckField key={kind} label={kinds[kind].label} checked={shown.includes(kind)} onCheck={() => toggle(kind)} />)}
      </div>
      {shown.length === 0 ? <EmptyState icon="history" title="Nothing is chosen">Tick what the line of time should show.</EmptyState> : (
        <Answer of={asked} label="Loading the line of time">{({ entries, more }) => (entries.length === 0
          ? <EmptyState icon="history" title="Nothing of this kind has happened yet" />
          : <><Line entries={entries} />{more && <Button onClick={() => setLimit(Math.min(limit + page, 500))} disabled={limit >= 500}>{limit >= 500 ? 'Choose fewer kinds to see older entries' : 'Show older'}</Button>}</>)}</Answer>
      )}
    </Stack>
  )
}

const dayOf = (at: number): string => formatTime(at).slice(0, 10)

/** Entries under the day on which they happened. */
function Line({ entries }: { readonly entries: readonly TimelineEntry[] }): ReactNode {
  const days = [...new Set(entries.map((e) => dayOf(e.at)))]
  return (
    <div className={styles['line']}>
      {days.map((day) => (
        <section key={day} aria-label={day}>
          <h2 className={styles['day']}>{day}</h2>
          <ol className={styles['entries']}>{entries.filter((e) => dayOf(e.at) === day).map((e) => <Entry key={e.key} entry={e} />)}</ol>
        </section>
      ))}
    </div>
  )
}

function placeOf(entry: TimelineEntry): string | null {
  if (entry.bundleId !== null) return href({ screen: 'bundle', bundleId: entry.bundleId })
  if (entry.kind === 'gate' && entry.runId !== null) return href({ screen: 'gate', runId: entry.runId })
  if (entry.runId !== null) return href({ screen: 'run', runId: entry.runId })
  return entry.version === null ? null : href({ screen: 'version', versionId: entry.version.versionId })
}

function Entry({ entry }: { readonly entry: TimelineEntry }): ReactNode {
  const place = placeOf(entry)
  return (
    <li className={styles['entry']} data-kind={entry.kind}>
      <span className={classes(styles['mark'], styles[entry.outcome])} title={kinds[entry.kind].label}><Icon name={kinds[entry.kind].icon} size={14} /></span>
      <div className={styles['words']}>
        <p>{place === null ? entry.sentence : <a href={place}>{entry.sentence}</a>}</p>
        {entry.reason !== null && entry.reason !== '' && <p className={styles['reason']}>{entry.reason}</p>}
      </div>
      <span className={styles['when']}>{entry.who !== null && <span className={styles['who']} title={entry.who}>{entry.who}</span>}<time dateTime={new Date(entry.at).toISOString()}>{formatTime(entry.at).slice(11)}</time></span>
    </li>
  )
}
