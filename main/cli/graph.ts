// `slipway graph`: what a model's graph holds: nodes per operator, parameters, operations, memory, and with --nodes every node.
import type { Command } from 'commander'
import type { GraphNode, GraphOverview, GraphSizes } from '../../shared/domain/graph.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatBytes, formatCount, formatPlural } from '../../shared/format.ts'
import { formatFlops } from '../../shared/graph/graph-words.ts'
import { withExample } from './example.ts'
import { wholeNumber } from './number-option.ts'
import { withSession, type CliSession } from './open-session.ts'
import { facts, paragraph, sections, table } from './print.ts'
import { version } from './references.ts'
import type { VersionId } from '../../shared/ids.ts'

interface Options { readonly nodes?: boolean; readonly set?: readonly string[]; readonly running?: boolean }

const pageSize = 2000

/** `--set N=8` as sizes. Errors: `input.invalid`. */
function sizesOf(set: readonly string[]): GraphSizes {
  return Object.fromEntries(set.map((one) => {
    const at = one.lastIndexOf('=')
    const size = at < 1 ? null : wholeNumber('--set', one.slice(at + 1), { least: 1, most: 1e12 })
    if (size === null) throw new SlipwayError('input.invalid', { reason: '--set needs a name and a number, such as N=8' })
    return [one.slice(0, at), size]
  }))
}

async function nodesOf(session: CliSession, question: { versionId: VersionId; which: 'original' | 'running'; sizes: GraphSizes }): Promise<GraphNode[]> {
  const nodes: GraphNode[] = []
  for (let total = 1; nodes.length < total;) {
    const page = await session.client.call('version.graphNodes', { ...question, offset: nodes.length, limit: pageSize })
    total = page.total
    nodes.push(...page.nodes)
    if (page.nodes.length === 0) break
  }
  return nodes
}

function summary(g: GraphOverview): string {
  const { cost, shapes } = g
  const bodies = g.scopes.filter((s) => s.kind === 'body').length
  const functions = g.scopes.filter((s) => s.kind === 'function').length
  return facts([
    ['Nodes', `${formatCount(g.nodes)}${bodies + functions === 0 ? '' : `, of them ${formatCount(g.scopes[0]?.nodes ?? 0)} in the graph itself`}`],
    ...(bodies === 0 ? [] : [['Bodies', `${formatCount(bodies)} of control flow`] as const]), ...(functions === 0 ? [] : [['Functions', formatCount(functions)] as const]),
    ['Parameters', `${formatCount(g.parameters)}, ${formatBytes(g.parameterBytes)}`],
    ['Initialisers', `${formatPlural(g.initializers.tensors, 'tensor')} with ${formatCount(g.initializers.elements)} numbers, ${formatBytes(g.initializers.bytes)}`],
    ['FLOPs', cost.flops === null ? 'not available' : `${formatFlops(cost.flops)} a call${cost.unknown === 0 ? '' : `, without ${formatPlural(cost.unknown, 'node')} whose number is not known`}`],
    ['Memory', cost.activationBytes === null ? 'not available: no size is known' : `${formatBytes(cost.peakBytes ?? 0)} of inner values at most at once, ${formatBytes(cost.activationBytes)} in all${cost.bytesUnknown === 0 ? '' : `, without ${formatPlural(cost.bytesUnknown, 'value')} of unknown size`}`],
    ['Shapes', `${formatCount(shapes.declared)} in the file, ${formatCount(shapes.inferred)} inferred, ${formatCount(shapes.unknown)} unknown, of ${formatPlural(shapes.values, 'value')}`],
    ...(g.sizes.length === 0 ? [] : [['Counted with', g.sizes.map((s) => `${s.name} = ${formatCount(s.size)}`).join(', ')] as const]),
  ])
}

function describe(g: GraphOverview, nodes: readonly GraphNode[] | null): string {
  const where = (n: GraphNode): string => (n.scope === 0 ? '' : g.scopes[n.scope]?.name ?? '')
  return sections(
    summary(g), ...g.notes.map((n) => paragraph(`Note: ${n}`)),
    { title: 'Operators', body: table(['Operator', 'Domain', 'Nodes'], g.operators.map((o) => [o.type, o.domain === '' ? 'ai.onnx' : o.domain, formatCount(o.count)]), [2], 'The graph has no node.') },
    nodes === null ? null : { title: 'Nodes', body: table(['Node', 'Operator', 'In', 'First output', 'Parameters', 'FLOPs'], nodes.map((n) => [n.name === '' ? `(${n.outputs[0] ?? n.id})` : n.name, n.op, where(n), n.output, formatCount(n.parameters), n.flops === null ? 'not known' : formatFlops(n.flops)]), [4, 5]) },
  )
}

/** Registers the command. */
export function registerGraph(program: Command): void {
  withExample(program.command('graph').description('Count what a model’s graph holds: nodes per operator, parameters, FLOPs, memory; with --nodes every node with its shape.')
    .argument('<model>', 'a model file, name@version or version id').option('--nodes', 'print every node')
    .option('--set <name=size...>', 'a size for a named or open dimension of the inputs (1)').option('--running', 'the graph that runs, after sequence and map outputs were rewritten'), 'slipway graph digits@1 --set N=8')
    .action(async (model: string, options: Options, command: Command) => withSession(command, async (session) => {
      const question = { versionId: (await version(session, model)).id, which: options.running === true ? 'running' as const : 'original' as const, sizes: sizesOf(options.set ?? []) }
      const overview = await session.client.call('version.graph', question)
      const nodes = options.nodes === true ? await nodesOf(session, question) : null
      session.print(nodes === null ? overview : { ...overview, list: nodes }, () => describe(overview, nodes))
    }))
}
