// The model card: Markdown from stored facts. What is not known is said to be not recorded; nothing is made up.
import type { InputBinding, MissingRule } from '../../../shared/domain/binding.ts'
import { describeMetric } from '../../../shared/metrics/catalogue.ts'
import type { MetricValue } from '../../../shared/domain/run.ts'
import { bindingOf, servedSignature, type BundleFacts } from './facts.ts'
import { assumptionsOf, evaluatedAt } from './manifest.ts'

/** Words of models and people stay words: no bars, line breaks, raw markup, links or pictures that a viewer would fetch, no direction marks. */
export const cell = (text: string): string =>
  text.replace(/[\r\n]+/g, ' ').replace(/\\/g, '\\\\').replace(/\|/g, '\\|').replace(/\]\(/g, ']\\(').replace(/</g, '&lt;').replace(/[\u0000-\u001f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0 ? 'None.' : [`| ${header.join(' | ')} |`, `| ${header.map(() => '---').join(' | ')} |`, ...rows.map((r) => `| ${r.map(cell).join(' | ')} |`)].join('\n')

const value = (m: MetricValue): string => (m.value === null ? `not available (${m.reason ?? 'no reason recorded'})` : String(m.value))
const interval = (m: MetricValue): string => (m.low === null || m.high === null ? '' : `${m.low.toFixed(4)} to ${m.high.toFixed(4)}`)

function metricSections(facts: BundleFacts): string[] {
  const overall = facts.run.metrics.filter((m) => m.slice === '')
  const sliced = facts.run.metrics.filter((m) => m.slice !== '')
  const defined = [...new Set(facts.run.metrics.map((m) => m.metric))].sort()
  return [
    '## Quality', '', table(['metric', 'value', '95 % interval', 'rows'], overall.map((m) => [m.metric, value(m), interval(m), String(m.n)])), '',
    ...(sliced.length === 0 ? [] : ['### By class or group', '', table(['rows of', 'metric', 'value', 'rows'], sliced.map((m) => [m.slice, m.metric, value(m), String(m.n)])), '']),
    '### What the metrics mean', '', ...defined.map((id) => `- **${cell(id)}**: ${cell(describeMetric(id)?.definition ?? 'no definition recorded')}`), '',
  ]
}

function dataSection(facts: BundleFacts): string[] {
  const { run, dataset } = facts
  const account = run.rows
  return [
    '## Evaluation data', '',
    `Data set “${cell(dataset.name)}”, ${dataset.rows} rows, SHA-256 \`${run.datasetSha256}\`. How it was collected: not recorded. Training data: not recorded.`, '',
    ...(account === null ? ['Row account: not recorded.'] : [
      `Of ${account.read} rows read, ${account.scored} were scored.`, '',
      account.leftOut.length === 0 ? 'No row was left out.' : table(['left out because', 'rows'], account.leftOut.map((l) => [l.reason, String(l.count)])), '',
      ...(account.replaced.length === 0 ? [] : ['Values replaced by the missing rule:', '', table(['column', 'because', 'rows'], account.replaced.map((r) => [r.column, r.reason, String(r.count)])), '']),
    ]), '',
  ]
}

const missingRule = (rule: MissingRule): string => (typeof rule === 'string' ? rule : `filled with ${JSON.stringify(rule.fill)}`)

function inputRow(bound: InputBinding): string[] {
  switch (bound.kind) {
    case 'column': return [bound.input, `column ${bound.column}`, `missing: ${missingRule(bound.missing)}`]
    case 'columns': return [bound.input, `columns ${bound.columns.join(', ')}, in this order`, `missing: ${missingRule(bound.missing)}`]
    case 'constant': return [bound.input, `always ${JSON.stringify(bound.value)}`, '']
    case 'image': {
      const i = bound.image
      const cut = i.shorterSide === null ? '' : `, shorter side ${i.shorterSide} first`
      return [bound.input, `a picture, ${i.width} × ${i.height}, ${i.color}, ${i.layout}`, `${i.resize} (${i.kernel}${cut}), padded with ${i.padValue}; (pixel × ${i.scale} − [${i.mean.join(', ')}]) ÷ [${i.std.join(', ')}]`]
    }
  }
}

/** How rows become inputs and outputs become predictions: what the numbers above were measured with. */
function bindingSection(facts: BundleFacts): string[] {
  const binding = bindingOf(facts)
  const decision = binding.decision.kind === 'threshold' ? `positive from ${binding.decision.threshold} on` : binding.decision.kind === 'argmax' ? 'the class with the largest probability' : 'the model’s own label'
  return [
    '## From rows to predictions', '', table(['input', 'is fed from', 'how'], binding.inputs.map(inputRow)), '',
    table(['output', 'role'], binding.outputs.map((o) => [o.output, o.role])), '',
    table(['rule', 'value'], [
      ...(binding.classes.length === 0 ? [] : [['classes, in the order of the scores', binding.classes.map((c) => (c.label === c.output ? c.label : `${c.label} (the model writes ${c.output})`)).join(', ')], ['positive class', binding.positiveClass ?? 'none'], ['decision', decision]]),
      ['bad rows', binding.rows],
    ]), '',
  ]
}

function conditionsSection(facts: BundleFacts): string[] {
  const e = facts.run.environment
  return [
    '## Conditions of the evaluation', '',
    ...(e === null ? ['Not recorded.'] : [table(['condition', 'value'], [
      ['device asked for', e.providerAsked], ['device used', e.providerUsed], ['nodes by provider', e.nodesByProvider.map((n) => `${n.provider} ${n.nodes}`).join(', ') || 'not recorded'],
      ['runtime', e.runtime], ['batch sizes', e.batchSizes.join(', ')], ['optimisation', e.optimization], ['seed', String(e.seed)], ['row policy', facts.run.options.rows ?? bindingOf(facts).rows],
    ])]), '',
  ]
}

function gateSection(facts: BundleFacts): string[] {
  const { check } = facts
  return [
    '## Gate', '',
    check.passed ? 'Passed: every rule holds.' : '**Not passed.**',
    ...(check.override === null ? [] : ['', `**Overridden by ${cell(check.override.name)}: ${cell(check.override.reason)}**`]), '',
    table(['verdict', 'finding'], check.findings.map((f) => [f.verdict, f.sentence])), '',
  ]
}

/** docs/MODEL_CARD.md. */
export function modelCard(facts: BundleFacts): string {
  const { version } = facts
  const signature = servedSignature(version)
  const assumptions = assumptionsOf(facts)
  return [
    `# ${cell(version.modelName)} ${facts.semver}`, '',
    table(['fact', 'value'], [
      ['task', bindingOf(facts).task], ['model file', `SHA-256 ${version.derivation?.sha256 ?? version.sha256}`],
      ...(version.derivation === null ? [] : [['derived from', `SHA-256 ${version.derivation.sourceSha256}; ${version.derivation.edits.join('; ')}. ${version.derivation.proof.statement}`]]),
      ['producer', `${version.graph.producerName} ${version.graph.producerVersion}`.trim() || 'not recorded'], ['parameters', String(version.graph.parameterCount)],
      ['description', version.graph.description || 'not recorded'], ['note', version.note || 'none'], ['evaluated at', evaluatedAt(facts)],
      ['intended use', 'not recorded'], ['known limits', 'not recorded'], ['licence of the model', 'not recorded'],
    ]), '',
    '## Inputs and outputs', '', table(['', 'name', 'type'], [...signature.inputs.map((i) => ['input', i.name, i.text]), ...signature.outputs.map((o) => ['output', o.name, o.text])]), '',
    ...bindingSection(facts), ...gateSection(facts), ...metricSections(facts), ...dataSection(facts), ...conditionsSection(facts),
    '## Assumptions', '', ...(assumptions.length === 0 ? ['None: everything was stated or established.'] : assumptions.map((a) => `- ${cell(a)}`)), '',
    ...facts.run.notes.map((note) => `Note: ${cell(note)}\n`),
  ].join('\n').replace(/\n{3,}/g, '\n\n').trimEnd() + '\n'
}
