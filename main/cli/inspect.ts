// `slipway inspect`: what a model is, from the workspace or straight from a file that is imported first.
import type { Command } from 'commander'
import { stateName } from '../../shared/domain/life.ts'
import type { Version } from '../../shared/domain/model.ts'
import { formatBytes, formatCount, formatTime } from '../../shared/format.ts'
import { withExample } from './example.ts'
import { adviseRewrite } from './import.ts'
import { withSession } from './open-session.ts'
import { facts, sections, table } from './print.ts'
import { version } from './references.ts'

function describeFacts(v: Version): string {
  const g = v.graph
  return facts([
    ['Version', `${v.modelName}@${v.number}`], ['Id', v.id], ['Imported', formatTime(v.createdAt)], ['State', stateName(v.state ?? 'draft')], ...(v.aliases === undefined || v.aliases.length === 0 ? [] : [['Aliases', v.aliases.join(', ')] as const]), ['File', `${v.sourceName}, ${formatBytes(v.bytes)}`], ['SHA-256', v.sha256],
    ...(v.files.length < 2 ? [] : [['With', v.files.filter((f) => f.role !== 'model').map((f) => `${f.name}, ${formatBytes(f.bytes)}`).join('; ')] as const]),
    ...(v.derivation === null ? [] : [['Runs as', `${v.derivation.sha256} (${v.derivation.edits.join('; ')})`] as const]),
    ['Producer', `${g.producerName} ${g.producerVersion}`.trim() || 'not recorded'],
    ['IR version', String(g.irVersion)], ['Opsets', g.opsets.map((o) => `${o.domain || 'ai.onnx'} ${o.version}`).join(', ')],
    ['Parameters', `${formatCount(g.parameterCount)} (${formatBytes(g.parameterBytes)})`], ['Nodes', formatCount(g.nodeCount)],
    ...(g.description === '' ? [] : [['Description', g.description] as const]), ...(v.note === '' ? [] : [['Note', v.note] as const]), ...(v.tags.length === 0 ? [] : [['Tags', v.tags.join(', ')] as const]),
    ['Binding', v.hasBinding ? 'stored' : 'none yet; the first evaluation proposes one'],
  ])
}

/** Everything known of a version, as text. */
export function describeVersion(v: Version): string {
  const g = v.graph
  return sections(
    describeFacts(v),
    { title: 'Inputs', body: table(['Name', 'Type'], v.signature.inputs.map((i) => [i.name, i.text])) },
    { title: 'Outputs', body: table(['Name', 'Type'], v.signature.outputs.map((o) => [o.name, o.text])) },
    { title: 'Operators', body: table(['Operator', 'Domain', 'Count'], g.operators.map((o) => [o.type, o.domain || 'ai.onnx', String(o.count)]), [2]) },
    g.metadata.length === 0 ? null : { title: 'Metadata', body: table(['Key', 'Value'], g.metadata.map((m) => [m.key, m.value.length > 200 ? `${m.value.slice(0, 199)}…` : m.value])) },
  )
}

/** Registers the command. */
export function registerInspect(program: Command): void {
  withExample(program.command('inspect').description('Show the signature, operators, size and metadata of a model.')
    .argument('<model>', 'a model file, a name, name@version, name@alias or a version id'), 'slipway inspect income@2')
    .action(async (model: string, _options: object, command: Command) => withSession(command, async (session) => {
      const found = await version(session, model)
      session.print(found, () => describeVersion(found))
      adviseRewrite(session, found, `Rewrite it with its next evaluation: slipway evaluate ${found.modelName}@${found.number} --data test.csv --rewrite`)
    }))
}
