// The numbers of one constant: asked for by a button, then moments, histogram and the first values.
import { useState, type ReactNode } from 'react'
import type { GraphSource, GraphTensor, TensorStatistics } from '../../../shared/domain/graph.ts'
import { formatBytes, formatCount, formatNumber, formatPlural, formatShare } from '../../../shared/format.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { useCall } from '../../bridge/use-call.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Sparkbars } from '../../ui/histogram.tsx'
import styles from './graph.module.css'

function Numbers({ of }: { readonly of: TensorStatistics }): ReactNode {
  const { numbers, tensor } = of
  const first = of.first.length === 0 ? null : <p className={styles['values']}><span className={styles['quiet']}>First values</span> <code>{of.first.join(', ')}{of.first.length < tensor.elements ? ', …' : ''}</code></p>
  if (numbers === null) return <><p className={styles['quiet']}>{of.why}</p>{first}</>
  const { histogram } = numbers
  const or = (value: number | null): string => (value === null ? 'not available' : formatNumber(value))
  return (
    <>
      {histogram !== null && (
        <figure className={styles['histogram']}>
          <Sparkbars label={`Histogram from ${or(numbers.minimum)} to ${or(numbers.maximum)} in ${histogram.counts.length} bins, the fullest with ${formatPlural(Math.max(...histogram.counts), 'value')}`} counts={histogram.counts} width={288} height={72} />
          <figcaption><span>{or(numbers.minimum)}</span><span>{or(numbers.maximum)}</span></figcaption>
        </figure>
      )}
      <Facts label={`Numbers of ${tensor.name}`} facts={[
        { name: 'Smallest, largest', value: `${or(numbers.minimum)}, ${or(numbers.maximum)}` }, { name: 'Mean', value: or(numbers.mean) }, { name: 'Standard deviation', value: or(numbers.deviation) }, { name: 'Norm', value: formatNumber(numbers.norm) },
        { name: 'Zeros', value: `${formatCount(numbers.zeros)} (${formatShare(tensor.elements === 0 ? 0 : numbers.zeros / tensor.elements)})` },
        ...(numbers.notANumber + numbers.infinite === 0 ? [] : [{ name: 'Not finite', value: `${formatCount(numbers.notANumber)} NaN, ${formatCount(numbers.infinite)} infinite` }]),
      ]} />
      {first}
    </>
  )
}

function Read({ versionId, which, node, slot }: { readonly versionId: VersionId; readonly which: GraphSource; readonly node: number; readonly slot: string }): ReactNode {
  const asked = useCall('version.tensor', { versionId, which, node, slot })
  return <Answer of={asked} lines={4} label="Reading the numbers">{(answer) => <Numbers of={answer} />}</Answer>
}

export function TensorPanel({ versionId, which, node, tensor }: { readonly versionId: VersionId; readonly which: GraphSource; readonly node: number; readonly tensor: GraphTensor }): ReactNode {
  const [open, setOpen] = useState(tensor.elements <= 1_000_000)
  return (
    <div className={styles['tensor']}>
      <p className={styles['tensorHead']}><code>{tensor.dtype}[{tensor.dims.join(', ')}]</code> <span className={styles['quiet']}>{formatPlural(tensor.elements, 'value')}, {formatBytes(tensor.bytes)}{tensor.external === null ? '' : `, in ${tensor.external}`}</span></p>
      {open ? <Read versionId={versionId} which={which} node={node} slot={tensor.slot} /> : <Button icon="metric" onClick={() => setOpen(true)}>Read its numbers</Button>}
    </div>
  )
}
