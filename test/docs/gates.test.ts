// docs/gates.md is made from the schema of the policy language: every rule with its fields and one example. Run with UPDATE_DOCS=1 to write it.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import type { z } from 'zod'
import { policyText, readPolicy } from '../../main/core/gate/policy-text.ts'
import { GatePolicy, GateRule, type RuleKind } from '../../shared/domain/gate-rules.ts'
import { ruleForms, ruleKinds } from '../../shared/gate/rule-forms.ts'
import { allowed, choicesOf } from '../../shared/schema-allowed.ts'

const file = resolve(import.meta.dirname, '../../docs/gates.md')

/** One example a kind, and what it asks in words. */
const examples: Readonly<Record<RuleKind, readonly [GateRule, string]>> = {
  metric: [{ kind: 'metric', metric: 'recall', slice: 'class:>50K', op: '>=', limit: 0.55, at: 'low', data: 'test-2026.csv' }, 'Even the low end of the interval of the recall of >50K, on the data set test-2026.csv, is 0.55 or more.'],
  'no-regression': [{ kind: 'no-regression', metric: 'roc_auc', slice: '', margin: 0.005, against: 'champion', confidence: 0.95 }, 'With 95 % confidence the area under the ROC curve is at most 0.005 below that of the champion, on the rows that both have scored.'],
  'beats-baseline': [{ kind: 'beats-baseline', baseline: 'tree', training: 'train.csv' }, 'Better than a small tree fitted on train.csv, and not by chance.'],
  calibration: [{ kind: 'calibration', measure: 'ece', atMost: 0.03 }, 'Stated probabilities are off by at most 3 points on average.'],
  robustness: [{ kind: 'robustness', stress: 'missing', upTo: 0.2, metric: 'accuracy', atMostLoss: 0.05 }, 'With up to a fifth of the cells emptied the accuracy falls by at most 0.05.'],
  slices: [{ kind: 'slices', columns: ['sex', 'race'], op: '>=', limit: 0.75, minimumRows: 50, small: 'not-established' }, 'Every sex and every race with 50 rows or more has an accuracy of 0.75 or more; if some have fewer rows, the rule is not established.'],
  'weak-segments': [{ kind: 'weak-segments', atMost: 0, severity: 'advisory', why: 'A weak segment is talked about before release.' }, 'Shows weak segments without deciding.'],
  fairness: [{ kind: 'fairness', column: 'sex', rate: 'selection', measure: 'ratio', limit: 0.8 }, 'No group of sex is selected less than four fifths as often as the largest one.'],
  latency: [{ kind: 'latency', percentile: 'p95', batchSize: 1, atMostMs: 20 }, '95 of 100 calls of one row take at most 20 ms on the CPU.'],
  throughput: [{ kind: 'throughput', batchSize: 32, device: 'webgpu', atLeastRowsPerSecond: 5000 }, 'At least 5,000 rows a second on WebGPU.'],
  memory: [{ kind: 'memory', atMostBytes: 536_870_912 }, 'At most 512 MiB.'],
  size: [{ kind: 'size', atMostBytes: 5_000_000 }, 'At most 5 MB.'],
  parity: [{ kind: 'parity', device: 'webgpu', atWorst: 'close', rows: 1000 }, 'Over at least 1,000 rows WebGPU answers as the CPU does, within the tolerance.'],
  rows: [{ kind: 'rows', atLeast: 1000 }, 'At least 1,000 rows were scored.'],
  'left-out': [{ kind: 'left-out', atMostShare: 0.02 }, 'At most 2 % of the rows were left out.'],
  freshness: [{ kind: 'freshness', column: 'recorded_at', atMostDays: 30 }, 'The newest row is at most 30 days old.'],
  'data-quality': [{ kind: 'data-quality', finding: 'leakage', training: 'train.csv', atMostShare: 0.01 }, 'At most 1 % of the rows are in the training file too.'],
  documents: [{ kind: 'documents', note: true, tags: ['reviewed'], card: ['intended-use', 'licence'] }, 'A note, the tag “reviewed”, the intended use and the licence.'],
  approvals: [{ kind: 'approvals', count: 2, by: ['Ada', 'Grace', 'Edsger'] }, 'Two of these three have approved, neither of them the author.'],
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')

type Shape = Readonly<Record<string, z.ZodType>>
const shapeOf = (kind: RuleKind): Shape => {
  const option = GateRule.options.find((o) => choicesOf(o.shape.kind)?.includes(kind))
  return (option as unknown as { readonly shape: Shape }).shape
}
const common = new Set(['kind', 'severity', 'why'])
const needed = (schema: z.ZodType): boolean => !schema.safeParse(undefined).success
const fieldRow = (key: string, schema: z.ZodType): string => `| \`${key}\`${needed(schema) ? '' : ' (may be left out)'} | ${cell(schema.description ?? '')} | ${cell(allowed(schema, false))} |`

function section(kind: RuleKind): string[] {
  const [rule, words] = examples[kind]
  const shape = shapeOf(kind)
  return [
    `### ${kind}`, '', ruleForms[kind].asks, '', '| field | what | allowed |', '| --- | --- | --- |', ...Object.keys(shape).filter((key) => !common.has(key)).map((key) => fieldRow(key, shape[key]!)), '',
    '```yaml', ...policyText({ schema: 'slipway.gate/2', rules: [rule] }).trimEnd().split('\n').slice(2).map((line) => line.slice(2)), '```', '', words, '',
  ]
}

const groups = [...new Set(ruleKinds.map((kind) => ruleForms[kind].group))]

const reference = (): string => `# Gates: the policy file

<!-- Made from the schema of the policy language by test/docs/gates.test.ts; UPDATE_DOCS=1 writes it anew. -->

A gate is a list of rules that a version must meet before it is exported. It is a file, so it can lie beside the training code, be reviewed and be versioned; a model also keeps its own policy, revision by revision.

\`\`\`yaml
${policyText({ schema: 'slipway.gate/2', rules: [examples.metric[0], examples['no-regression'][0], { kind: 'rows', atLeast: 1000 }] }).trimEnd()}
\`\`\`

The file is YAML or JSON. Editors check it while it is written with the schema [json/gate-policy.json](json/gate-policy.json): in YAML by the first line \`# yaml-language-server: $schema=…/gate-policy.json\`. A file that does not fit is refused with the line of every fault and the words that are allowed there; \`slipway policy check gate.yaml\` does only that. \`schema: slipway.gate/1\` has the kinds ${['metric', 'no-regression', 'rows', 'size', 'left-out'].map((k) => `\`${k}\``).join(', ')} without the fields that may be left out here, and is judged as it always was.

## What a rule answers

Each rule answers with one sentence that holds the numbers and the rows behind them, and with one of three verdicts:

- **pass**: the stored facts show that it holds.
- **fail**: they show that it does not hold.
- **not established**: they do not show either. This is never a pass.

The gate is passed when every required rule passes. Two fields stand in every rule:

| field | what | allowed |
| --- | --- | --- |
${['severity', 'why'].map((key) => fieldRow(key, shapeOf('size')[key]!)).join('\n')}

Rules are judged by stored facts only: metrics of the run, and reports that were computed before and kept. Each finding keeps the report that it went by (its id, its time and the numbers taken from it), so a check can be explained years later whatever is measured then.

## Running what is missing

What a rule waits for can be run: in the application with the buttons beside the rules, on the command line with

    slipway gate income --policy gate.yaml --run-missing --budget 300

What will be run, and about how long it takes, is said before it begins; nothing begins that does not fit into the budget (600 seconds without \`--budget\`), and such rules stay not established. Slices, groups, the look at the rows, baselines, the newest time and comparisons row by row are kept with the run; stress tests, timings and device reports are kept where the application shows them.

## In a pipeline

| exit code of \`slipway gate\` | means |
| --- | --- |
| 0 | the gate is passed, or was overridden with a name and a reason |
| 1 | it is not passed: a required rule fails or is not established |
| 2 | the policy, the model, the data or an option cannot be used as it is |
| 3, 4, 5, 130 | the machine, the engine, Slipway itself, or interrupted: nothing was decided |

\`\`\`sh
slipway policy check gate.yaml || exit 2
slipway gate model.onnx --data test.csv --target label --policy gate.yaml --run-missing --json > gate.json
\`\`\`

With \`--json\` the whole check is printed as [json/gate.json](json/gate.json) says. \`--save\` makes the policy the model’s own.

## Overriding

\`--override-name\` and \`--override-reason\` (in the application: Override…) let a version be exported although the gate is not passed. The check still says that it was not passed. Name and reason stay in the record for ever, and stand in the manifest, the model card, the README and the evidence of every bundle made from that check.

## Revisions

Every policy that was saved or used for a check is kept as a revision of the model’s policy. \`slipway policy history income\` lists them, \`slipway policy show income --revision 1\` prints one as a file, \`slipway policy diff income 1 2\` says what changed rule by rule; the application shows the same beside the form.

## The rules

${groups.flatMap((group) => [`**${group}**: ${ruleKinds.filter((kind) => ruleForms[kind].group === group).map((kind) => `[${kind}](#${kind})`).join(', ')}`, '']).join('\n')}
${ruleKinds.flatMap(section).join('\n').trimEnd()}
`

test('docs/gates.md is what the schema says', () => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, reference())
  expect(readFileSync(file, 'utf8')).toBe(reference())
})

test('every kind has an example that is a rule, every field has words, and a policy of all of them survives YAML and JSON unchanged', () => {
  const rules = ruleKinds.map((kind) => examples[kind][0])
  expect(GateRule.options.flatMap((o) => choicesOf(o.shape.kind) ?? []).sort()).toEqual([...ruleKinds].sort())
  for (const kind of ruleKinds) for (const [key, schema] of Object.entries(shapeOf(kind))) expect([kind, key, key === 'kind' || (schema.description ?? '').length > 5]).toEqual([kind, key, true])
  const policy = GatePolicy.parse({ schema: 'slipway.gate/2', rules })
  for (const format of ['yaml', 'json'] as const) expect(readPolicy(policyText(policy, format))).toEqual({ policy, faults: [] })
  // Every field of every kind can be edited in the form.
  for (const kind of ruleKinds) {
    const edited = new Set([...ruleForms[kind].main, ...ruleForms[kind].more].flatMap((field) => (field.kind === 'metric' && field.slices === true ? [field.key, 'slice'] : [field.key])))
    expect([kind, Object.keys(shapeOf(kind)).filter((key) => !common.has(key) && !edited.has(key))]).toEqual([kind, []])
  }
})

test('faults in several places are each named with their own line, in YAML and in JSON', () => {
  const yaml = 'schema: slipway.gate/2\nrules:\n  - kind: fairness\n    column: sex\n    rate: selektion\n    measure: ratio\n    limit: 2\n  - kind: latency\n    percentile: p95\n    atMostMs: 5\n  - {kind: approvals, count: 2, autherMayApprove: true}\n'
  expect(readPolicy(yaml).faults).toEqual([
    { line: 11, sentence: '“autherMayApprove” of rule 3 (approvals) is not known there; the nearest name is “authorMayApprove”' },
    { line: 5, sentence: '“rate” of rule 1 (fairness) is “selektion”, but must be one of selection, truePositive, falsePositive or precision; the nearest name is “selection”' },
    { line: 7, sentence: '“limit” of rule 1 (fairness) is 2, but must be a number from 0 to 1' },
    { line: 8, sentence: '“batchSize” of rule 2 (latency) is missing; it must be a whole number from 1 to 16384' },
  ])
  expect(readPolicy('{\n "schema": "slipway.gate/2",\n "rules": [\n  {"kind": "size",\n   "atMostBytes": "5 MB"}\n ]\n}').faults).toEqual([{ line: 5, sentence: '“atMostBytes” of rule 1 (size) is “5 MB”, but must be a whole number, 1 or more' }])
  expect(readPolicy('schema: slipway.gate/1\nrules:\n  - {kind: parity, device: cuda, atWorst: close}\n').faults[0]).toMatchObject({ line: 3, sentence: expect.stringContaining('“kind” of rule 1 (parity) is “parity”, but must be one of metric, no-regression, rows, size or left-out') as string })
})
