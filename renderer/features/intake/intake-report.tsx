// What came of the files that were handed over since the window opened: where they are now, or why they were refused. Never a modal,
// never over the screen below: newest first, good news goes by itself, and what is old news on the next screen folds into one line.
import { useCallback, useEffect, useState, type ReactNode } from 'react'
import type { ImportOutcome } from '../../../shared/contract.ts'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import { formatPlural } from '../../../shared/format.ts'
import { useBridge } from '../../bridge/bridge.tsx'
import { useJobs } from '../../bridge/use-jobs.ts'
import { href } from '../../route.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { copyText } from '../../ui/clipboard.ts'
import { Icon } from '../../ui/icon.tsx'
import { notify } from '../../ui/toast.tsx'
import { intakeLines, type IntakeLine } from './intake-lines.ts'
import styles from './intake.module.css'
import { canReadAgain, RefusalWays } from './refusal-ways.tsx'

const openedAt = Date.now()
/** Good news stays for this long, and for at least the shorter time after it came into view or the pointer left it. */
const goodMs = 12_000
const leastMs = 3_000

const contentWords = (dataset: Dataset): string => (dataset.kind === 'images'
  ? `${formatPlural(dataset.rows, 'picture')} in ${formatPlural(dataset.classes.length, 'class', 'classes')}`
  : `${formatPlural(dataset.rows, 'row')} and ${formatPlural(dataset.columns.length, 'column')}`)

/** A title as the start of a line: a sentence keeps its own mark. */
const asSentence = (title: string): string => (/[.?!…]$/.test(title) ? title : `${title}.`)

/** Why a file did not come in, and what to do: as much as an error panel says, in the height of its words. */
function Refusal({ line, onGone }: { readonly line: Extract<IntakeLine, { kind: 'refused' }>; readonly onGone: () => void }): ReactNode {
  const { error } = line
  const copy = (): void => { void copyText(JSON.stringify(error, null, 2)).then((ok) => { if (ok) notify('Copied the details.') }) }
  return (
    <div role="alert" aria-label={error.title} className={styles['outcome']}>
      <Icon name="alert" className={styles['bad']} />
      <div className={styles['refusal']}>
        <p><strong>{asSentence(error.title)}</strong> {error.message} <span className={styles['next']}>{error.next}</span></p>
        {canReadAgain(line) && <div className={styles['answers']}><RefusalWays line={line} onDone={onGone} /></div>}
      </div>
      <Button look="quiet" className={styles['copy']} onClick={copy}>Copy details</Button>
    </div>
  )
}

function Imported({ outcome }: { readonly outcome: ImportOutcome }): ReactNode {
  const { version } = outcome
  if (version === null) return null
  return (
    <p className={styles['outcome']}>
      <Icon name={outcome.outcome === 'created' ? 'good' : 'note'} className={styles['good']} />
      <span>
        <a href={href({ screen: 'version', versionId: version.id })}>{version.modelName} v{version.number}</a>
        {outcome.outcome === 'created' ? ` was imported from ${outcome.fileName}.` : ` already holds exactly the bytes of ${outcome.fileName}.`}
        {version.needsRewrite && <> Its output is a map that no runtime here can return. <a href={href({ screen: 'version', versionId: version.id })}>Rewrite it to plain tensors</a>.</>}
      </span>
    </p>
  )
}

function Added({ dataset, before }: { readonly dataset: Dataset; readonly before: boolean }): ReactNode {
  return (
    <p className={styles['outcome']}>
      <Icon name={before ? 'note' : 'good'} className={styles['good']} />
      <span><a href={href({ screen: 'dataset', datasetId: dataset.id })}>{dataset.name}</a>{before ? ' is here already, read in the same way: ' : ' was added with '}{contentWords(dataset)}.</span>
    </p>
  )
}

function LineBody({ line, onGone }: { readonly line: IntakeLine; readonly onGone: () => void }): ReactNode {
  switch (line.kind) {
    case 'refused': return <Refusal line={line} onGone={onGone} />
    case 'imported': return <Imported outcome={line.outcome} />
    case 'added': return <Added dataset={line.dataset} before={line.before} />
  }
}

/** One line with its own way out. Good news fades when its time is over, but not under the pointer or the focus. */
function Line({ line, held, onGone }: { readonly line: IntakeLine; readonly held: boolean; readonly onGone: (key: string) => void }): ReactNode {
  const [fading, setFading] = useState(false)
  const gone = useCallback(() => onGone(line.key), [onGone, line.key])
  const stays = line.kind === 'refused' || held
  useEffect(() => {
    if (stays) return undefined
    const wait = Math.max(leastMs, line.endedAt + goodMs - Date.now())
    const timers = [setTimeout(() => setFading(true), wait), setTimeout(gone, wait + 300)]
    return () => { timers.forEach(clearTimeout); setFading(false) }
  }, [stays, gone, line.endedAt])
  return (
    <div className={styles['line']} data-fading={fading || undefined}>
      <LineBody line={line} onGone={gone} />
      <IconButton label="Dismiss" icon="close" onClick={gone} />
    </div>
  )
}

const screenPath = (): string => location.hash.split('?', 1)[0] ?? ''

/** When the reader last went on to another screen. Another tab or filter of the same screen does not count. */
function useLeftAt(): number {
  const [leftAt, setLeftAt] = useState(0)
  useEffect(() => {
    let path = screenPath()
    const onChange = (): void => {
      if (screenPath() === path) return
      path = screenPath()
      setLeftAt(Date.now())
    }
    window.addEventListener('hashchange', onChange)
    return () => window.removeEventListener('hashchange', onChange)
  }, [])
  return leftAt
}

/** So many lines are shown before the rest is asked for: the screen below keeps its room. */
const atFirst = 3

interface Shown { readonly leftAt: number; readonly lines: readonly IntakeLine[]; /** Refusals from before this screen. */ readonly old: readonly IntakeLine[]; dismiss(keys: readonly string[]): void }

function useShown(): Shown {
  const jobs = useJobs()
  const { handed } = useBridge()
  const leftAt = useLeftAt()
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set())
  const all = intakeLines(jobs, openedAt, seen, (id) => handed.get(id)?.quiet === true)
  const isOld = (line: IntakeLine): boolean => line.endedAt <= leftAt
  return {
    leftAt, lines: all.filter((l) => !isOld(l)), old: all.filter((l) => isOld(l) && l.kind === 'refused'),
    dismiss: useCallback((keys) => setSeen((before) => new Set([...before, ...keys])), []),
  }
}

export function IntakeReport(): ReactNode {
  const { leftAt, lines, old, dismiss } = useShown()
  // Opened for this screen; the next one starts folded.
  const [openedOn, setOpenedOn] = useState<number | null>(null)
  const all = openedOn === leftAt
  const [held, setHeld] = useState(false)
  const gone = useCallback((key: string) => dismiss([key]), [dismiss])
  if (lines.length + old.length === 0) return null
  const drawn = all ? [...lines, ...old] : lines.slice(0, atFirst)
  const hidden = [...lines, ...old].slice(all ? lines.length + old.length : Math.min(atFirst, lines.length))
  const bad = hidden.filter((l) => l.kind === 'refused').length
  return (
    <section
      aria-label="What came in" className={styles['report']} onPointerEnter={() => setHeld(true)} onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}
    >
      {drawn.map((line) => <Line key={line.key} line={line} held={held || all} onGone={gone} />)}
      {lines.length + old.length > Math.min(atFirst, lines.length) && (
        <div className={styles['foot']}>
          {bad > 0 && <span className={styles['outcome']}><Icon name="alert" className={styles['bad']} />{formatPlural(bad, lines.length > 0 ? 'more file' : 'file')} did not come in.</span>}
          <Button look="quiet" aria-expanded={all} onClick={() => setOpenedOn(all ? null : leftAt)}>{all ? 'Show fewer' : hidden.length > bad ? `Show all ${lines.length + old.length}` : 'Show why'}</Button>
          <Button look="quiet" onClick={() => { setOpenedOn(null); dismiss([...lines, ...old].map((l) => l.key)) }}>Dismiss all</Button>
        </div>
      )}
    </section>
  )
}
