// The aliases of a model at the top of its screen: where each points, since when, by whom and why, and the way to move it.
import { useState, type ReactNode } from 'react'
import type { Alias } from '../../../shared/domain/alias.ts'
import type { ModelSummary, Version } from '../../../shared/domain/model.ts'
import { useCall } from '../../bridge/use-call.ts'
import { href } from '../../route.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { Moment } from '../../ui/facts.tsx'
import { AliasBadge } from '../../ui/life/life-badges.tsx'
import { MoveDialog, type WantedMove } from '../../ui/life/move-dialog.tsx'
import { Menu } from '../../ui/menu.tsx'
import styles from './alias-strip.module.css'

export function AliasStrip({ model, versions }: { readonly model: ModelSummary; readonly versions: readonly Version[] }): ReactNode {
  const asked = useCall('alias.list', { modelId: model.id })
  const [wanted, setWanted] = useState<WantedMove | null>(null)
  return (
    <section className={styles['strip']} aria-label="Aliases">
      <Answer of={asked} label="Loading aliases">{(aliases) => (
        <>
          {aliases.length === 0 && <p className={styles['none']}>No alias yet. An alias such as champion names the version that serves, and remembers every version that did.</p>}
          {aliases.map((a) => <AliasCard key={a.alias} alias={a} onMove={setWanted} />)}
          <Button look="quiet" icon="add" onClick={() => setWanted({ action: 'set', ...(aliases.some((a) => a.alias === 'champion') ? { alias: '' } : {}) })}>{aliases.length === 0 ? 'Promote a version…' : 'New alias…'}</Button>
        </>
      )}</Answer>
      {wanted !== null && <MoveDialog modelId={model.id} modelName={model.name} versions={versions} start={wanted} onClose={() => setWanted(null)} />}
    </section>
  )
}

function AliasCard({ alias: { alias, target, before, last }, onMove }: { readonly alias: Alias; readonly onMove: (move: WantedMove) => void }): ReactNode {
  const who = last.who?.name ?? null
  return (
    <div className={styles['card']} role="group" aria-label={`Alias ${alias}`}>
      <div className={styles['head']}>
        <AliasBadge alias={alias} />
        {target === null ? <span className={styles['quiet']}>no version</span> : <a className={styles['number']} href={href({ screen: 'version', versionId: target.versionId })}>v{target.number}</a>}
        <span className={styles['since']}><Moment at={last.at} />{who !== null && <span className={styles['who']} title={who}> · {who}</span>}</span>
      </div>
      <p className={styles['why']} title={last.reason}>{last.reason}</p>
      <div className={styles['acts']}>
        <Button icon="up" onClick={() => onMove({ action: 'set', alias })}>Promote…</Button>
        {before !== null && <Button icon="previous" onClick={() => onMove({ action: 'rollback', alias })}>Roll back to v{before.number}…</Button>}
        {target !== null && <Menu label={`More for ${alias}`} items={[{ label: 'Take off…', icon: 'remove', onSelect: () => onMove({ action: 'remove', alias }) }]} />}
      </div>
    </div>
  )
}
