// The facts of a version that a reader checks first.
import type { ReactNode } from 'react'
import type { Version } from '../../../shared/domain/model.ts'
import { formatBytes, formatCount } from '../../../shared/format.ts'
import { Facts, Hash, Moment } from '../../ui/facts.tsx'

const someOf = (names: readonly string[]): string => (names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', '))

export function VersionFacts({ version }: { readonly version: Version }): ReactNode {
  const { graph } = version
  const producer = [graph.producerName, graph.producerVersion].filter((s) => s !== '').join(' ')
  return (
    <Facts facts={[
      { name: 'File', value: version.sourceName },
      { name: 'SHA-256', value: <Hash sha256={version.sha256} /> },
      { name: 'Size', value: formatBytes(version.bytes) },
      { name: 'Parameters', value: `${formatCount(graph.parameterCount)} (${formatBytes(graph.parameterBytes)})` },
      { name: 'Nodes', value: graph.subgraphNodeCount > 0 ? `${formatCount(graph.nodeCount)}, ${formatCount(graph.subgraphNodeCount)} of them in subgraphs` : formatCount(graph.nodeCount) },
      { name: 'Opsets', value: graph.opsets.map((o) => `${o.domain === '' ? 'ai.onnx' : o.domain} ${o.version}`).join(', ') },
      { name: 'IR version', value: graph.irVersion },
      { name: 'Producer', value: producer === '' ? 'not named' : producer },
      ...(graph.classLabels === null ? [] : [{ name: 'Classes in the graph', value: someOf(graph.classLabels) }]),
      { name: 'Imported', value: <Moment at={version.createdAt} exact /> },
    ]} />
  )
}
