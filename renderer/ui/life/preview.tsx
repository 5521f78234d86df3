// What would change if an alias were moved: the way, what it does, what speaks against it, what is lost, and the numbers behind it.
import type { ReactNode } from 'react'
import type { AliasPreview, PreviewVersion } from '../../../shared/domain/alias-preview.ts'
import type { MetricChange, SignatureChange } from '../../../shared/domain/compare.ts'
import { formatPlural } from '../../../shared/format.ts'
import { ErrorPanel } from '../error-panel.tsx'
import { Code } from '../facts.tsx'
import { Icon, type IconName } from '../icon.tsx'
import { MetricFigure, MetricName } from '../metric/metric-number.tsx'
import { Stack } from '../page.tsx'
import { Badge, Mark } from '../status.tsx'
import type { TableColumn } from '../table/columns.ts'
import { Table } from '../table/table.tsx'
import { AliasBadge, AliasBadges, StateBadge } from './life-badges.tsx'
import styles from './life.module.css'

function Place({ version }: { readonly version: PreviewVersion | null }): ReactNode {
  if (version === null) return <span className={styles['quiet']}>nothing</span>
  return <><span className={styles['number']}>v{version.number}</span><StateBadge state={version.state} /><AliasBadges aliases={version.otherAliases} /></>
}

function Sentences({ title, sentences, icon, concern = false }: { readonly title: string; readonly sentences: readonly string[]; readonly icon: IconName; readonly concern?: boolean }): ReactNode {
  if (sentences.length === 0) return null
  return (
    <section className={styles['part']} aria-label={title}>
      <h3>{title}</h3>
      <ul className={styles['list']}>{sentences.map((s) => <li key={s} className={concern ? styles['concern'] : undefined}><Icon name={icon} size={14} />{s}</li>)}</ul>
    </section>
  )
}

const signatureColumns: readonly TableColumn<SignatureChange>[] = [
  { key: 'name', header: 'Name', most: '200px', value: (c) => c.name, cell: (c) => <Code>{c.name}</Code> },
  { key: 'where', header: 'Where', value: (c) => c.where },
  { key: 'change', header: 'Change', value: (c) => c.change, cell: (c) => <Badge tone={c.breaking ? 'bad' : 'neutral'}>{c.breaking ? `${c.change}, breaking` : c.change}</Badge> },
  { key: 'why', header: 'Why', wrap: true, value: (c) => c.why ?? null },
]

const words: Readonly<Record<MetricChange['verdict'], ReactNode>> = {
  better: <Mark tone="good" icon="good">Better</Mark>, worse: <Mark tone="bad" icon="warning">Worse</Mark>, same: <Mark tone="neutral" icon="check">Same</Mark>, 'not-comparable': <Mark tone="neutral" icon="stopped">Not comparable</Mark>,
}
const metricColumns: readonly TableColumn<MetricChange>[] = [
  { key: 'metric', header: 'Metric', value: (m) => m.metric, cell: (m) => <MetricName metric={m.metric} slice={m.slice} /> },
  { key: 'before', header: 'Now', align: 'end', value: (m) => m.before, cell: (m) => <MetricFigure metric={m.metric} value={m.before} /> },
  { key: 'after', header: 'Afterwards', align: 'end', value: (m) => m.after, cell: (m) => <MetricFigure metric={m.metric} value={m.after} /> },
  { key: 'verdict', header: 'By its direction', width: '150px', value: (m) => m.verdict, cell: (m) => words[m.verdict] },
]

/** The move in sentences. */
export function PreviewBody({ preview }: { readonly preview: AliasPreview }): ReactNode {
  return (
    <Stack>
      <div className={styles['way']} role="group" aria-label="The move"><AliasBadge alias={preview.alias} /><Place version={preview.from} /><Icon name="next" size={16} /><Place version={preview.to} /></div>
      {preview.refusal !== null && <ErrorPanel error={preview.refusal} compact />}
      <Sentences title="What it does" sentences={preview.changes} icon="check" />
      <Sentences title="What speaks against it" sentences={preview.concerns} icon="warning" concern />
      <Sentences title="What is lost" sentences={preview.losses} icon="remove" />
      <Sentences title="Gate and approval" sentences={standing(preview)} icon="verified" />
    </Stack>
  )
}

const worstFirst: Readonly<Record<MetricChange['verdict'], number>> = { worse: 0, better: 1, 'not-comparable': 2, same: 3 }

/** The numbers behind the sentences, folded: what is worse first. */
export function PreviewNumbers({ preview }: { readonly preview: AliasPreview }): ReactNode {
  const differing = (preview.onData?.metrics ?? []).filter((m) => m.slice === '' && m.verdict !== 'same').sort((a, b) => worstFirst[a.verdict] - worstFirst[b.verdict])
  return (
    <>
      {preview.signature.length > 0 && (
        <details className={styles['fold']}><summary>{formatPlural(preview.signature.length, 'input or output that differs', 'inputs and outputs that differ')}</summary>
          <div className={styles['folded']}><Table label="Inputs and outputs that differ" columns={signatureColumns} rows={preview.signature} rowId={(c) => `${c.where} ${c.name}`} /></div></details>
      )}
      {preview.onData !== null && differing.length > 0 && (
        <details className={styles['fold']}><summary>{formatPlural(differing.length, 'metric that differs', 'metrics that differ')} on {preview.onData.datasetName}</summary>
          <div className={styles['folded']}><Table label="Metrics that differ" columns={metricColumns} rows={differing} rowId={(m) => m.metric} /></div></details>
      )}
    </>
  )
}

/** What is good about gate and approval; the rest stands among the concerns. */
const standing = (p: AliasPreview): string[] => [...(p.gate?.verdict === 'passed' ? [p.gate.sentence] : []), ...(p.approval?.approved === true ? [p.approval.sentence] : [])]
