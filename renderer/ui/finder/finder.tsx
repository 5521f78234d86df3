// Finding by name: a field, and what fits below it. Arrow keys choose, Enter goes or acts, Escape leaves all as it was.
import { Dialog as Radix } from 'radix-ui'
import { useDeferredValue, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { formatPlural } from '../../../shared/format.ts'
import { classes } from '../classes.ts'
import { Icon, type IconName } from '../icon.tsx'
import styles from './finder.module.css'
import { bestOf, type Ranked } from './rank.ts'

export interface FinderEntry extends Ranked {
  readonly key: string
  /** The heading under which it stands. */
  readonly group: string
  readonly icon: IconName
  readonly detail?: string
  readonly choose: () => void
}

const most = 60

/** The entries under the headings of their groups; the group of the best entry comes first. */
function grouped(entries: readonly FinderEntry[]): readonly (readonly [string, readonly FinderEntry[]])[] {
  const groups = new Map<string, FinderEntry[]>()
  for (const entry of entries) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry])
  return [...groups]
}

function Line({ entry, id, chosen, onChoose, onPoint }: { readonly entry: FinderEntry; readonly id: string; readonly chosen: boolean; readonly onChoose: () => void; readonly onPoint: () => void }): ReactNode {
  const line = useRef<HTMLDivElement>(null)
  useEffect(() => { if (chosen) line.current?.scrollIntoView({ block: 'nearest' }) }, [chosen])
  return (
    // The field keeps the focus; the chosen line is told through aria-activedescendant.
    <div ref={line} id={id} role="option" aria-selected={chosen} className={classes(styles['line'], chosen && styles['chosen'])} onClick={onChoose} onPointerMove={onPoint}>
      <Icon name={entry.icon} />
      <span className={styles['title']}>{entry.title}</span>
      {entry.detail !== undefined && <span className={styles['detail']}>{entry.detail}</span>}
    </div>
  )
}

function Finding({ entries, atFirst, onDone }: { readonly entries: readonly FinderEntry[]; readonly atFirst: readonly string[]; readonly onDone: () => void }): ReactNode {
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const wanted = useDeferredValue(typed)
  const groups = useMemo(() => grouped(wanted.trim() === '' ? entries.filter((e) => atFirst.includes(e.group)) : bestOf(entries, wanted, most)), [entries, wanted])
  const flat = groups.flatMap(([, lines]) => lines)
  const id = useId()
  const chosen = Math.min(at, flat.length - 1)
  const choose = (entry: FinderEntry | undefined): void => { if (entry !== undefined) { onDone(); entry.choose() } }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      const next = chosen + step
      setAt(Math.abs(step) === 1 ? (next + flat.length) % Math.max(1, flat.length) : Math.max(0, Math.min(flat.length - 1, next)))
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) { event.preventDefault(); choose(flat[chosen]) }
  }
  return (
    <>
      <div className={styles['field']}>
        <Icon name="search" />
        <input role="combobox" aria-label="Find anything by name" aria-expanded="true" aria-controls={`${id}-list`} aria-activedescendant={flat.length === 0 ? undefined : `${id}-${chosen}`} aria-autocomplete="list" placeholder="A model, a screen, a metric, something to do …" value={typed} onChange={(event) => { setTyped(event.target.value); setAt(0) }} onKeyDown={onKeyDown} spellCheck={false} />
      </div>
      <div id={`${id}-list`} role="listbox" aria-label="What fits" className={styles['list']}>
        {groups.map(([group, lines]) => (
          <div key={group} role="group" aria-label={group}>
            <div className={styles['group']} aria-hidden="true">{group}</div>
            {lines.map((entry) => { const place = flat.indexOf(entry); return <Line key={entry.key} entry={entry} id={`${id}-${place}`} chosen={place === chosen} onChoose={() => choose(entry)} onPoint={() => setAt(place)} /> })}
          </div>
        ))}
        {flat.length === 0 && <p className={styles['nothing']}>Nothing is called so. The search of the library also finds by metrics and conditions.</p>}
      </div>
      <div className="visually-hidden" role="status">{flat.length === 0 ? 'Nothing fits' : formatPlural(flat.length, 'entry fits', 'entries fit')}</div>
    </>
  )
}

const Opened = ({ useEntries, ...rest }: { readonly useEntries: () => readonly FinderEntry[]; readonly atFirst: readonly string[]; readonly onDone: () => void }): ReactNode => <Finding entries={useEntries()} {...rest} />

/** `useEntries` is called while it is open only. `atFirst`: the groups that stand there before anything is typed. */
export function Finder({ open, onClose, useEntries, atFirst }: { readonly open: boolean; readonly onClose: () => void; readonly useEntries: () => readonly FinderEntry[]; readonly atFirst: readonly string[] }): ReactNode {
  // Where an entry leads decides about focus; only leaving without one gives it back.
  const [acted, setActed] = useState(false)
  return (
    <Radix.Root open={open} onOpenChange={(next) => { if (!next) onClose() }}>
      <Radix.Portal>
        <div className={styles['veil']} />
        <Radix.Content className={styles['finder']} aria-describedby={undefined} onOpenAutoFocus={() => setActed(false)} onCloseAutoFocus={(event) => { if (acted) event.preventDefault() }}>
          <Radix.Title className="visually-hidden">Find anything by name</Radix.Title>
          <Opened useEntries={useEntries} atFirst={atFirst} onDone={() => { setActed(true); onClose() }} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
