// The versions of a model, newest first, each with its parent, size, headline result and note.
import { useMemo, type ReactNode } from 'react'
import { stateName } from '../../../shared/domain/life.ts'
import type { Version } from '../../../shared/domain/model.ts'
import type { RunSummary } from '../../../shared/domain/run.ts'
import { formatBytes } from '../../../shared/format.ts'
import { dataWithPart } from '../../../shared/row-words.ts'
import { href } from '../../route.ts'
import { Moment } from '../../ui/facts.tsx'
import { metricWords } from '../../ui/metric/definition-of.ts'
import { MetricFigure } from '../../ui/metric/metric-number.tsx'
import { AliasBadges, StateBadge } from '../../ui/life/life-badges.tsx'
import { Badge } from '../../ui/status.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './model.module.css'

type Newest = NonNullable<RunSummary['headline']> & { readonly part: string | null }

/** A run over part of the rows only where there is none over all of them. */
function newestResult(version: Version, runs: readonly RunSummary[]): Newest | null {
  const partOf = (r: RunSummary): string | null => r.part ?? null
  const newest = runs.filter((r) => r.versionId === version.id && r.status === 'done').sort((a, b) => Number(partOf(a) !== null) - Number(partOf(b) !== null) || b.createdAt - a.createdAt)[0]
  return newest === undefined || newest.headline === null ? null : { ...newest.headline, part: partOf(newest) }
}

function versionColumns(versions: readonly Version[], runs: readonly RunSummary[]): readonly TableColumn<Version>[] {
  const parentOf = (v: Version): Version | undefined => versions.find((p) => p.id === v.parentId)
  return [
    { key: 'version', header: 'Version', most: '200px', value: (v) => v.number, cell: (v) => <span className={styles['version']}><a className={styles['number']} href={href({ screen: 'version', versionId: v.id })}>v{v.number}</a><AliasBadges aliases={v.aliases} /></span> },
    { key: 'state', header: 'State', value: (v) => stateName(v.state ?? 'draft'), cell: (v) => <StateBadge state={v.state ?? 'draft'} /> },
    { key: 'parent', header: 'Parent', value: (v) => { const p = parentOf(v); return p === undefined ? null : `v${p.number}` } },
    { key: 'source', header: 'File', most: '180px', value: (v) => v.sourceName, cell: (v) => <span className={styles['source']}><span className={styles['file']}>{v.sourceName}</span>{v.needsRewrite && <Badge tone="warn" icon="warning">Map output</Badge>}{v.derivation !== null && <Badge tone="accent">Rewritten</Badge>}</span> },
    { key: 'size', header: 'Size', align: 'end', value: (v) => v.bytes, cell: (v) => formatBytes(v.bytes) },
    { key: 'headline', header: 'Newest result', align: 'end', value: (v) => newestResult(v, runs)?.value ?? null, cell: (v) => { const h = newestResult(v, runs); return h === null ? <span className={styles['quiet']}>not evaluated</span> : <MetricFigure metric={h.metric} value={h.value} /> } },
    { key: 'metric', header: 'Metric', most: '170px', value: (v) => { const h = newestResult(v, runs); return h === null ? null : dataWithPart(metricWords(h.metric).title, h.part) } },
    { key: 'note', header: 'Note and tags', clip: true, width: '24%', value: (v) => [...v.tags, v.note].join(' '), cell: (v) => <>{v.tags.map((t) => <span key={t} className={styles['tag']}><Badge>{t}</Badge></span>)}{v.note}</> },
    { key: 'at', header: 'Imported', align: 'end', value: (v) => v.createdAt, cell: (v) => <Moment at={v.createdAt} /> },
  ]
}

export function VersionTable({ versions, runs }: { readonly versions: readonly Version[]; readonly runs: readonly RunSummary[] }): ReactNode {
  const columns = useMemo(() => versionColumns(versions, runs), [versions, runs])
  return <Table label="Versions" columns={columns} rows={versions} rowId={(v) => v.id} rowHref={(v) => href({ screen: 'version', versionId: v.id })} sort={{ key: 'version', descending: true }} />
}
