// What serves under each alias and in each environment of a model, since when and why, what served before and why it went; and the ways to move an alias.
import { useMemo, useState, type ReactNode } from 'react'
import type { Alias } from '../../../shared/domain/alias.ts'
import { servingAliases } from '../../../shared/domain/life.ts'
import type { ModelSummary, Version } from '../../../shared/domain/model.ts'
import { formatShare } from '../../../shared/format.ts'
import { useCall } from '../../bridge/use-call.ts'
import { href } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { Moment } from '../../ui/facts.tsx'
import { AliasBadge } from '../../ui/life/life-badges.tsx'
import { MoveDialog, type WantedMove } from '../../ui/life/move-dialog.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Section } from '../../ui/page.tsx'
import { Badge } from '../../ui/status.tsx'
import { aliasLines, environmentLines, type Earlier, type ServingLine } from './serving-words.ts'
import styles from './serving.module.css'

interface PanelProps { readonly model: ModelSummary; readonly versions: readonly Version[] }

export function ServingPanel({ model, versions }: PanelProps): ReactNode {
  const asked = useCall('alias.list', { modelId: model.id })
  const moves = useCall('alias.history', { modelId: model.id })
  const deployments = useCall('deployment.list', { modelId: model.id })
  const [wanted, setWanted] = useState<WantedMove | null>(null)
  const lines = useMemo(() => [...aliasLines(asked.data ?? [], moves.data ?? []), ...environmentLines(deployments.data ?? [])], [asked.data, moves.data, deployments.data])
  const aliases = asked.data ?? []
  const promote = (): void => setWanted({ action: 'set', ...(aliases.some((a) => a.alias === 'champion') ? { alias: '' } : {}) })
  return (
    <Section title="What serves" actions={<Button icon="add" onClick={promote}>{aliases.length === 0 ? 'Promote a version…' : 'New alias…'}</Button>}>
      <Answer of={asked} label="Loading aliases">{() => (lines.length === 0
        ? <p className={styles['none']}>No alias yet. An alias such as champion names the version that serves, and remembers every version that did.</p>
        : <div className={styles['lines']}>{lines.map((line) => <Line key={line.key} line={line} alias={line.kind === 'alias' ? aliases.find((a) => a.alias === line.name) ?? null : null} onMove={setWanted} timeline={href({ screen: 'model', modelId: model.id, tab: 'timeline' })} />)}</div>)}</Answer>
      {wanted !== null && <MoveDialog modelId={model.id} modelName={model.name} versions={versions} start={wanted} onClose={() => setWanted(null)} />}
    </Section>
  )
}

interface LineProps { readonly line: ServingLine; readonly alias: Alias | null; readonly timeline: string; readonly onMove: (move: WantedMove) => void }

function Line({ line, alias, timeline, onMove }: LineProps): ReactNode {
  const { name, now, share, since, who, why, earlier } = line
  return (
    <div className={styles['line']} role="group" aria-label={`${line.kind === 'alias' ? 'Alias' : 'Environment'} ${name}`}>
      <div className={styles['name']}>{line.kind === 'alias' ? <AliasBadge alias={name} /> : <span title={name}><Badge tone="accent" icon="monitor"><span className={styles['environment']}>{name}</span></Badge></span>}</div>
      <div className={styles['now']}>
        <p className={styles['what']}>{now === null ? <span className={styles['quiet']}>Nothing serves now</span> : <><a className={styles['number']} href={href({ screen: 'version', versionId: now.versionId })}>v{now.number}</a> {line.kind === 'environment' || servingAliases.includes(name) ? 'serves now' : 'has it now'}{share === null ? '' : `, ${formatShare(share)} of the requests`}</>}
          <span className={styles['quiet']}> · <Moment at={since} />{who !== null && ` · ${who}`}</span></p>
        {why !== null && why !== '' && <p className={styles['why']}>{why}</p>}
      </div>
      <Before earlier={earlier} timeline={timeline} />
      {alias === null ? <div /> : <Acts alias={alias} onMove={onMove} />}
    </div>
  )
}

const shownAtMost = 2

function Before({ earlier, timeline }: { readonly earlier: readonly Earlier[]; readonly timeline: string }): ReactNode {
  const rest = earlier.length - shownAtMost
  return (
    <div className={styles['before']}>
      {earlier.length === 0 && <p className={styles['quiet']}>Nothing before it.</p>}
      {earlier.slice(0, shownAtMost).map(({ key, version, how, at, why }) => (
        <p key={key}>Before: <a href={href({ screen: 'version', versionId: version.versionId })}>v{version.number}</a>, <span className={how === 'rolled back' ? styles['back'] : undefined}>{how}</span> <Moment at={at} />{why !== null && why !== '' && <span className={styles['why']}>: {why}</span>}</p>
      ))}
      {rest > 0 && <p><a href={timeline}>{rest} earlier</a></p>}
    </div>
  )
}

function Acts({ alias: { alias, target, before }, onMove }: { readonly alias: Alias; readonly onMove: (move: WantedMove) => void }): ReactNode {
  return (
    <div className={styles['acts']}>
      {before !== null && <Button icon="previous" onClick={() => onMove({ action: 'rollback', alias })}>Roll back to v{before.number}…</Button>}
      <Button icon="up" onClick={() => onMove({ action: 'set', alias })}>Promote…</Button>
      {target !== null && <Menu label={`More for ${alias}`} items={[{ label: 'Take off…', icon: 'remove', onSelect: () => onMove({ action: 'remove', alias }) }]} />}
    </div>
  )
}
