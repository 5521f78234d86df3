// The model card: Markdown from stored facts. What is not known is said to be not recorded; nothing is made up.
import { missingWords } from '../../../shared/binding/binding-account.ts'
import type { Guess, InputBinding, MissingRule, RowPolicy } from '../../../shared/domain/binding.ts'
import type { MetricValue } from '../../../shared/domain/run.ts'
import { cardFields } from '../../../shared/gate/card-fields.ts'
import { formatCount, formatPlural, taskName } from '../../../shared/format.ts'
import { decides } from '../../../shared/gate-evaluation.ts'
import { describeMetric, headlineMetric, metricCatalogue, metricName } from '../../../shared/metrics/catalogue.ts'
import { metricText } from '../../../shared/metrics/metric-text.ts'
import { rowsSentence } from '../../../shared/row-words.ts'
import { bindingOf, servedSignature, type BundleFacts } from './facts.ts'
import { evaluatedAt } from './manifest.ts'
import { cardData, unknowns } from './read/card-facts.ts'
import type { CardChart } from './read/card-charts.ts'
import { frontMatter } from './read/front-matter.ts'
import { cell, table } from './read/markdown.ts'

/** A value as people read it; yes-or-no metrics as what they say of the rows. */
function valueText(m: MetricValue): string {
  if (m.value === null) return `not available: ${(m.reason ?? 'no reason was recorded').replace(/\.$/, '')}`
  if (m.metric !== labelsFollow) return metricText(m.metric, m.value)
  return m.value === 1 ? 'the label equals the largest probability in 100 % of the rows' : 'the label differs from the largest probability in at least one row'
}

const labelsFollow = 'label_equals_argmax'
const intervalText = (m: MetricValue): string => (m.value === null || m.low === null || m.high === null ? '–' : `${metricText(m.metric, m.low)} to ${metricText(m.metric, m.high)}`)

/** `class:>50K` reads `class >50K`. */
const sliceText = (slice: string): string => (slice.startsWith('class:') ? `class ${slice.slice('class:'.length)}` : slice.replace('=', ' = '))

/** The metric that stands for the run, with its interval and rows. */
function shortSection(facts: BundleFacts): string[] {
  const head = facts.run.metrics.find((m) => m.slice === '' && m.metric === headlineMetric(facts.run.task))
  if (head === undefined) return []
  const interval = intervalText(head) === '–' ? '' : ` (95 % interval ${intervalText(head)})`
  const gate = facts.check.passed ? 'It passed its gate.' : `**It did not pass its gate${facts.check.override === null ? '' : `; ${cell(facts.check.override.name)} overrode it`}.**`
  return [`On ${formatPlural(head.n, 'row')} of the data set “${cell(facts.dataset.name)}”: ${metricName(head.metric)} ${valueText(head)}${interval}. ${gate}`, '']
}

const better = { 'higher-is-better': 'higher is better', 'lower-is-better': 'lower is better', neither: 'neither direction is better' } as const

/** What one metric means, in sentences that need no other entry. */
function meaning(id: string): string {
  const entry = describeMetric(id)
  if (entry === null) return `- **${cell(id)}**: no definition was recorded.`
  return `- **${cell(entry.name)}** (\`${id}\`; ${better[entry.direction]}; range ${entry.range}). ${cell(entry.definition)} ${cell(entry.conventions)} Mind: ${cell(entry.pitfalls.charAt(0).toLowerCase() + entry.pitfalls.slice(1))}`
}

function metricSections(facts: BundleFacts): string[] {
  const overall = facts.run.metrics.filter((m) => m.slice === '')
  const sliced = facts.run.metrics.filter((m) => m.slice !== '')
  const columns = ['metric', 'value', '95 % interval', 'rows']
  const row = (m: MetricValue): string[] => [metricName(m.metric), valueText(m), intervalText(m), formatCount(m.n)]
  return [
    '## Quality', '', table(columns, overall.map(row)), '',
    'An interval of – means that none was computed. Numbers are rounded; `evidence/evaluation.json` has them in full.', '',
    ...(sliced.length === 0 ? [] : ['### By class or group', '', table(['rows of', ...columns], sliced.map((m) => [sliceText(m.slice), ...row(m)])), '']),
  ]
}

/** Every metric above, in the order of the catalogue. */
function definitionsSection(facts: BundleFacts): string[] {
  const measured = new Set(facts.run.metrics.map((m) => m.metric))
  const defined = [...metricCatalogue.map((entry) => entry.id).filter((id) => measured.has(id)), ...[...measured].filter((id) => describeMetric(id) === null).sort()]
  return ['## What the metrics mean', '', ...defined.map(meaning), '']
}

function dataSection(facts: BundleFacts): string[] {
  const { run, dataset } = facts
  const account = run.rows
  return [
    '## Evaluation data', '',
    `Data set “${cell(dataset.name)}”, ${formatPlural(dataset.rows, 'row')}, SHA-256 \`${run.datasetSha256}\`. How it was collected: not recorded. Training data: ${cell(cardFields(facts.version)['training-data'] ?? 'not recorded').replace(/\.$/, '')}.`, '',
    ...(account === null ? ['Where its rows went: not recorded.'] : [
      `${cell(rowsSentence(account))}.`, '',
      ...(account.leftOut.length === 0 ? [] : [table(['left out because', 'rows'], account.leftOut.map((l) => [l.reason, formatCount(l.count)])), '']),
      ...(account.replaced.length === 0 ? [] : ['Scored with a value replaced by the missing rule:', '', table(['column', 'because', 'rows'], account.replaced.map((r) => [r.column, r.reason, formatCount(r.count)])), '']),
    ]), '',
  ]
}

const missingRule = (rule: MissingRule): string => (rule === 'drop' ? 'a row with a missing cell is left out' : `a missing cell is ${missingWords(rule)}`)

const rowPolicy = (policy: RowPolicy): string => (policy === 'lenient'
  ? 'lenient: a cell that is missing or does not parse follows its input’s rule, an unknown category is fed as it is' : 'strict: a row with a cell that is missing, does not parse or holds an unknown category is left out')

/** Assumptions that differ in their place only are one line. */
function assumptionLines(guesses: readonly Guess[]): string[] {
  const groups = new Map<string, string[]>()
  for (const g of guesses.filter((guess) => guess.confidence !== 'certain')) {
    const rest = `${g.value} (${g.confidence}: ${g.reason.replace(/\.$/, '')})`
    groups.set(rest, [...(groups.get(rest) ?? []), g.about])
  }
  return [...groups].map(([rest, places]) => `- ${cell(places.join(', '))}: ${cell(rest)}`)
}

function inputRow(bound: InputBinding): string[] {
  switch (bound.kind) {
    case 'column': return [bound.input, `column ${bound.column}`, missingRule(bound.missing)]
    case 'columns': return [bound.input, `columns ${bound.columns.join(', ')}, in this order`, missingRule(bound.missing)]
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
      ['rows', rowPolicy(facts.run.options.rows ?? binding.rows)],
    ]), '',
  ]
}

function conditionsSection(facts: BundleFacts): string[] {
  const e = facts.run.environment
  return [
    '## Conditions of the evaluation', '',
    ...(e === null ? ['Not recorded.'] : [table(['condition', 'value'], [
      ['device asked for', e.providerAsked], ['device used', e.providerUsed], ['nodes by provider', e.nodesByProvider.map((n) => `${n.provider} ${n.nodes}`).join(', ') || 'not recorded'],
      ...(e.fellBack === undefined || e.fellBack.length === 0 ? [] : [['operators that fell back', e.fellBack.map((f) => `${f.operator} ${f.nodes}`).join(', ')] as [string, string]]),
      ['runtime', e.runtime], ['batch sizes', e.batchSizes.join(', ')], ['optimisation', e.optimization], ['seed', String(e.seed)],
    ])]), '',
  ]
}

function gateSection(facts: BundleFacts): string[] {
  const { check } = facts
  return [
    '## Gate', '',
    check.passed ? (check.findings.every((f) => f.verdict === 'pass') ? 'Passed: every rule holds.' : 'Passed: every required rule holds.') : '**Not passed.**',
    ...(check.override === null ? [] : ['', `**Overridden by ${cell(check.override.name)}: ${cell(check.override.reason)}**`]), '',
    table(['verdict', 'finding'], check.findings.map((f) => [`${f.verdict.replace('-', ' ')}${decides(f.rule) ? '' : ' (advisory)'}`, f.sentence])), '',
    ...(check.baselineRunId === null ? [] : [`The baseline run is \`${check.baselineRunId}\`.`, '']),
  ]
}

/** Pictures with what they show in a sentence, for those who cannot see them. */
const chartSection = (charts: readonly CardChart[]): string[] => (charts.length === 0 ? [] : ['## Charts', '', ...charts.flatMap((c) => [`![${cell(c.title)}. ${cell(c.summary)}](${c.path})`, '', cell(c.summary), ''])])

/** docs/MODEL_CARD.md: metadata for model hubs, then the card. `charts`: the pictures that lie beside it. */
export function modelCard(facts: BundleFacts, charts: readonly CardChart[] = []): string {
  const pictures = bindingOf(facts).inputs.some((i) => i.kind === 'image')
  return `${frontMatter(cardData(facts), pictures)}\n${cardText(facts, charts)}`
}

function cardText(facts: BundleFacts, charts: readonly CardChart[]): string {
  const { version } = facts
  const signature = servedSignature(version)
  const card = cardFields(version)
  const assumptions = assumptionLines(facts.run.guesses)
  return [
    `# ${cell(version.modelName)} ${facts.semver}`, '',
    ...shortSection(facts),
    table(['fact', 'value'], [
      ['task', taskName(bindingOf(facts).task)], ['model file', `SHA-256 ${version.derivation?.sha256 ?? version.sha256}`],
      ...(version.derivation === null ? [] : [['derived from', `SHA-256 ${version.derivation.sourceSha256}; ${version.derivation.edits.join('; ')}. ${version.derivation.proof.statement}`]]),
      ['producer', `${version.graph.producerName} ${version.graph.producerVersion}`.trim() || 'not recorded'], ['parameters', formatCount(version.graph.parameterCount)],
      ['description', card.description ?? 'not recorded'], ['note', version.note || 'none'], ['evaluated at', evaluatedAt(facts)],
      ['intended use', card['intended-use'] ?? 'not recorded'], ['known limits', card['known-limits'] ?? 'not recorded'], ['licence of the model', card.licence ?? 'not recorded'],
    ]), '',
    '## Inputs and outputs', '', table(['', 'name', 'type'], [...signature.inputs.map((i) => ['input', i.name, i.text]), ...signature.outputs.map((o) => ['output', o.name, o.text])]), '',
    ...bindingSection(facts), ...gateSection(facts), ...metricSections(facts), ...chartSection(charts), ...dataSection(facts), ...conditionsSection(facts),
    '## Assumptions', '', ...(assumptions.length === 0 ? ['None: everything was stated or established.'] : assumptions), '',
    ...facts.run.notes.map((note) => `Note: ${cell(note)}\n`),
    '## Not recorded', '', ...unknowns(cardData(facts)).map((what) => `- ${what}`), '',
    ...definitionsSection(facts),
  ].join('\n').replace(/\n{3,}/g, '\n\n').trimEnd() + '\n'
}
