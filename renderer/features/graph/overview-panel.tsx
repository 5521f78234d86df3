// Beside the drawing while nothing is selected: totals, what the colours mean, what the graphs are, operators.
import type { ReactNode } from 'react'
import type { GraphOverview } from '../../../shared/domain/graph.ts'
import { formatBytes, formatCount, formatDuration, formatPlural } from '../../../shared/format.ts'
import { formatFlops } from '../../../shared/graph/graph-words.ts'
import { kindNames, kindOf, operatorKinds } from '../../../shared/graph/operator-kind.ts'
import { Facts } from '../../ui/facts.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './graph.module.css'
import { isHeat, type Paint } from './look.ts'
import type { Ink } from './ink.ts'
import type { Differences, Times } from './use-painting.ts'

type Operator = GraphOverview['operators'][number]
const columns: readonly TableColumn<Operator>[] = [
  { key: 'type', header: 'Operator', value: (o) => o.type, clip: true, cell: (o) => <span title={o.domain === '' ? o.type : `${o.domain}.${o.type}`}>{o.type}</span> },
  { key: 'count', header: 'Nodes', align: 'end', value: (o) => o.count, cell: (o) => formatCount(o.count) },
]

const Swatch = ({ color, children }: { readonly color: string; readonly children: ReactNode }): ReactNode => <li><span className={styles['swatch']} style={{ background: color }} aria-hidden="true" />{children}</li>

const heatWords: Readonly<Partial<Record<Paint, string>>> = { flops: 'The darker, the more operations.', parameters: 'The darker, the more parameters.', memory: 'The darker, the larger the outputs.', time: 'The darker, the more time.' }

function TimeWords({ times }: { readonly times: Times }): ReactNode {
  const { report } = times
  if (report?.profile == null) return <p>No profile is stored for this version. Time it on the Device tab of a run, or with <code>slipway speed</code>; the times of its nodes then appear here.</p>
  const total = report.profile.nodes.reduce((sum, n) => sum + n.ms, 0)
  const here = [...times.matched.values()].reduce((sum, t) => sum + t.ms, 0)
  return <p>One call of {formatPlural(report.profile.batchSize, 'row')}, mean of {formatPlural(report.profile.calls, 'call')}: {formatDuration(here)} of {formatDuration(total)} are on nodes of this drawing. The runtime joins nodes; one that went into another has no time of its own.</p>
}

function Legend({ graph, paint, ink, times, differences }: Props): ReactNode {
  if (paint === 'kind') {
    const present = new Set(graph.operators.map((o) => kindOf(o.domain, o.type, graph.scopes.some((s) => s.kind === 'function' && s.name === `${o.domain}.${o.type}`))))
    return <ul className={styles['legend']}>{operatorKinds.filter((k) => present.has(k)).map((k) => <Swatch key={k} color={ink.kinds[k]}>{kindNames[k]}</Swatch>)}</ul>
  }
  if (paint === 'diff') {
    const count = (mark: string): number => [...differences.marks.values()].filter((m) => m === mark).length
    return (
      <>
        <ul className={styles['legend']}><Swatch color={ink.good}>{formatPlural(count('added'), 'node')} added</Swatch><Swatch color={ink.warn}>{formatPlural(count('changed'), 'node')} changed</Swatch><Swatch color={ink.accent}>{formatPlural(count('moved'), 'node')} moved or renamed</Swatch></ul>
        {differences.removed.length > 0 && <><h3>Removed</h3><ul className={styles['removed']}>{differences.removed.slice(0, 200).map((l, i) => <li key={i}><code>{l.before?.name}</code> <span className={styles['quiet']}>{l.before?.op}</span></li>)}</ul></>}
      </>
    )
  }
  return <>{isHeat(paint) && paint !== 'time' && <p>{heatWords[paint]}</p>}{(paint === 'time' || paint === 'device') && <TimeWords times={times} />}</>
}

interface Props { readonly graph: GraphOverview; readonly paint: Paint; readonly ink: Ink; readonly times: Times; readonly differences: Differences }

export function OverviewPanel(props: Props): ReactNode {
  const { graph } = props
  const { cost, shapes } = graph
  return (
    <>
      <h2 className={styles['panelTitle']}>The whole graph</h2>
      <Facts label="Totals" facts={[
        { name: 'Nodes', value: formatCount(graph.nodes) }, { name: 'Parameters', value: `${formatCount(graph.parameters)}, ${formatBytes(graph.parameterBytes)}` },
        { name: 'FLOPs of a call', value: cost.flops === null ? 'not available' : `${formatFlops(cost.flops)}${cost.unknown === 0 ? '' : `, without ${formatPlural(cost.unknown, 'node')}`}` },
        { name: 'Inner values', value: cost.peakBytes === null ? 'not available' : `${formatBytes(cost.peakBytes)} at most at once` },
        { name: 'Shapes', value: shapes.unknown === 0 ? 'all known' : `${formatCount(shapes.unknown)} of ${formatCount(shapes.values)} unknown` },
        ...(graph.sizes.length === 0 ? [] : [{ name: 'Counted with', value: graph.sizes.map((s) => `${s.name} = ${formatCount(s.size)}`).join(', ') }]),
      ]} />
      {graph.notes.map((note) => <p key={note} className={styles['quiet']}>{note}</p>)}
      <section><h3>Colours</h3><Legend {...props} /></section>
      <section><h3>Operators</h3><Table label="Operators" columns={columns} rows={graph.operators} rowId={(o) => `${o.domain} ${o.type}`} sort={{ key: 'count', descending: true }} maxHeight="320px" /></section>
    </>
  )
}
