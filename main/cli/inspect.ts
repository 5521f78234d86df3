// `slipway inspect`: what a model is, from the workspace or straight from a file that is imported first.
import type { Command } from 'commander'
import type { Version } from '../../shared/domain/model.ts'
import { formatBytes, formatCount } from '../../shared/format.ts'
import { withSession } from './open-session.ts'
import { facts, heading, table } from './print.ts'
import { version } from './references.ts'

/** Everything known of a version, as text. */
export function describeVersion(v: Version): string {
  const g = v.graph
  return [
    facts([
      ['Version', `${v.modelName}@${v.number}`], ['Id', v.id], ['File', `${v.sourceName}, ${formatBytes(v.bytes)}`], ['SHA-256', v.sha256],
      ...(v.derivation === null ? [] : [['Runs as', `${v.derivation.sha256} (${v.derivation.edits.join('; ')})`] as const]),
      ['Producer', `${g.producerName} ${g.producerVersion}`.trim() || 'not recorded'],
      ['IR version', String(g.irVersion)], ['Opsets', g.opsets.map((o) => `${o.domain || 'ai.onnx'} ${o.version}`).join(', ')],
      ['Parameters', `${formatCount(g.parameterCount)} (${formatBytes(g.parameterBytes)})`], ['Nodes', formatCount(g.nodeCount)],
      ['Description', g.description || 'none'], ['Binding', v.hasBinding ? 'stored' : 'none yet'],
    ]),
    heading('Inputs'), table(['Name', 'Type'], v.signature.inputs.map((i) => [i.name, i.text])),
    heading('Outputs'), table(['Name', 'Type'], v.signature.outputs.map((o) => [o.name, o.text])),
    heading('Operators'), table(['Operator', 'Domain', 'Count'], g.operators.map((o) => [o.type, o.domain || 'ai.onnx', String(o.count)]), [2]),
    ...(g.metadata.length === 0 ? [] : [heading('Metadata'), table(['Key', 'Value'], g.metadata.map((m) => [m.key, m.value.slice(0, 100)]))]),
  ].join('\n')
}

/** Registers the command. */
export function registerInspect(program: Command): void {
  program.command('inspect').description('Show the signature, operators, size and metadata of a model.')
    .argument('<model>', 'a model file, a name, name@version or a version id')
    .addHelpText('after', '\nExample:\n  slipway inspect income@2\n')
    .action(async (model: string, _options: object, command: Command) => withSession(command, async (session) => {
      const found = await version(session, model)
      session.print(found, () => describeVersion(found))
    }))
}
