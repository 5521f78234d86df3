// Everything about the selected node: costs, settings, what goes in and comes out with shapes, its constants, time and difference.
import type { ReactNode } from 'react'
import type { GraphNodeDetail, GraphSizes, GraphSource, GraphValue } from '../../../shared/domain/graph.ts'
import type { LayerDiff } from '../../../shared/domain/model-diff.ts'
import { formatBytes, formatCount, formatDuration } from '../../../shared/format.ts'
import { formatFlops, nodeLabel } from '../../../shared/graph/graph-words.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { layerStatusWords, layerWeightText } from '../../../shared/model-diff/diff-words.ts'
import { useCall } from '../../bridge/use-call.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { Facts } from '../../ui/facts.tsx'
import styles from './graph.module.css'
import { TensorPanel } from './tensor-panel.tsx'

interface Props {
  readonly versionId: VersionId; readonly which: GraphSource; readonly sizes: GraphSizes; readonly node: number
  readonly time: { readonly ms: number; readonly provider: string } | undefined
  readonly layer: LayerDiff | undefined
  /** Goes to what makes or takes a value; null where nothing on the drawing does. */
  readonly onValue: (value: string, way: 'maker' | 'taker') => (() => void) | null
  readonly onScope: (scope: number) => void
}

const knownWords: Readonly<Record<GraphValue['known'], string>> = { declared: 'stated in the file', inferred: 'inferred', constant: 'constant', unknown: 'not known' }

function Value({ value, onGo, children }: { readonly value: GraphValue; readonly onGo: (() => void) | null; readonly children?: ReactNode }): ReactNode {
  return (
    <li className={styles['value']}>
      <div className={styles['valueName']}>{value.name === '' ? <span className={styles['quiet']}>left out</span> : onGo === null ? <code>{value.name}</code> : <button type="button" className={styles['link']} onClick={onGo}>{value.name}</button>}</div>
      {value.name !== '' && <div><code>{value.text}</code> <span className={styles['quiet']}>{knownWords[value.known]}</span></div>}
      {children}
    </li>
  )
}

function Attributes({ detail, versionId, which }: Pick<Props, 'versionId' | 'which'> & { readonly detail: GraphNodeDetail }): ReactNode {
  return (
    <dl className={styles['attributes']}>
      {detail.attributes.map((a) => (
        <div key={a.name}>
          <dt>{a.name} <span className={styles['quiet']}>{a.type}</span></dt>
          <dd>{a.tensor === null ? <code>{a.text === '' ? '(empty)' : a.text}</code> : <TensorPanel versionId={versionId} which={which} node={detail.node.id} tensor={a.tensor} />}</dd>
        </div>
      ))}
    </dl>
  )
}

function costs(detail: GraphNodeDetail, time: Props['time']): { name: string; value: ReactNode }[] {
  const { node } = detail
  return [
    { name: 'Operator', value: <code>{node.domain === '' ? node.op : `${node.domain}.${node.op}`}</code> },
    { name: 'Parameters', value: formatCount(node.parameters) }, { name: 'FLOPs', value: node.flops === null ? 'not known' : formatFlops(node.flops) }, { name: 'Outputs take', value: node.outputBytes === null ? 'not known' : formatBytes(node.outputBytes) },
    ...(time === undefined ? [] : [{ name: 'Time', value: `${formatDuration(time.ms)} on ${time.provider.replace('ExecutionProvider', '')}` }]),
  ]
}

function Detail({ detail, ...p }: Props & { readonly detail: GraphNodeDetail }): ReactNode {
  const { node } = detail
  return (
    <>
      <h2 className={styles['panelTitle']}>{nodeLabel(node)}</h2>
      <Facts label="The node" facts={costs(detail, p.time)} />
      {p.layer !== undefined && p.layer.status !== 'same' && <section><h3>Difference</h3><p>{[layerStatusWords(p.layer), layerWeightText(p.layer), ...p.layer.notes].filter((t) => t !== '').join('. ')}</p></section>}
      {node.opens.length > 0 && <section><h3>Inside</h3><div className={styles['opens']}>{node.opens.map((scope, i) => <Button key={scope} icon="folder" onClick={() => p.onScope(scope)}>{node.opens.length === 1 ? 'Open its graph' : `Open graph ${i + 1}`}</Button>)}</div></section>}
      {detail.documentation !== '' && <section><h3>Note in the file</h3><p className={styles['note']}>{detail.documentation}</p></section>}
      {detail.attributes.length > 0 && <section><h3>Settings</h3><Attributes detail={detail} versionId={p.versionId} which={p.which} /></section>}
      {detail.inputs.length > 0 && <section><h3>Inputs</h3><ul>{detail.inputs.map(({ value, tensor }, i) => <Value key={i} value={value} onGo={tensor === null ? p.onValue(value.name, 'maker') : null}>{tensor !== null && <TensorPanel versionId={p.versionId} which={p.which} node={node.id} tensor={tensor} />}</Value>)}</ul></section>}
      <section><h3>Outputs</h3><ul>{detail.outputs.map((value) => <Value key={value.name} value={value} onGo={p.onValue(value.name, 'taker')} />)}</ul></section>
    </>
  )
}

export function NodePanel(props: Props): ReactNode {
  const { versionId, which, sizes, node } = props
  const asked = useCall('version.graphNode', { versionId, which, sizes, node })
  return <Answer of={asked} lines={8} label="Reading the node">{(detail) => <Detail key={node} {...props} detail={detail} />}</Answer>
}
