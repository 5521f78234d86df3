// docs/CHANGES.md: what is other than in the bundle before, for whoever decides whether to deploy. From the two manifests alone.
import type { BundleManifest, BundleTensor } from '../../../../shared/domain/bundle.ts'
import { metricDirection, metricName } from '../../../../shared/metrics/catalogue.ts'
import { metricText } from '../../../../shared/metrics/metric-text.ts'
import { bundleFolderName } from '../../../../shared/slug.ts'
import { targetTitle } from '../../../../shared/preflight/target-words.ts'
import { callersBreak } from '../callers-break.ts'
import { bundleTensors } from '../contract-files.ts'
import { bindingOf, type BundleFacts } from '../facts.ts'
import { table } from './markdown.ts'

const tensors = (list: readonly BundleTensor[]): string => list.map((t) => `${t.name} ${t.datatype} [${t.shape.join(', ')}]`).join('; ')
const orNone = (text: string | undefined): string => (text === undefined || text === '' ? 'none' : text)

/** What is compared, before and now. */
function factRows(facts: BundleFacts, before: BundleManifest): (readonly [string, string, string])[] {
  const now = bundleTensors(facts)
  const binding = bindingOf(facts)
  const threshold = binding.decision.kind === 'threshold' ? String(binding.decision.threshold) : 'none'
  return [
    ['model', before.model.sha256, facts.run.modelSha256], ['inputs', tensors(before.model.inputs), tensors(now.inputs)], ['outputs', tensors(before.model.outputs), tensors(now.outputs)],
    ['classes', orNone(before.model.classes?.join(', ')), orNone(binding.classes.map((c) => c.label).join(', '))], ['positive class', orNone(before.model.positiveClass), orNone(binding.positiveClass ?? undefined)],
    ['decision threshold', before.model.decisionThreshold === undefined ? 'none' : String(before.model.decisionThreshold), threshold],
    ['evaluation data', before.lineage.datasetFingerprint, facts.run.datasetSha256], ['gate', before.evaluation.gate.passed ? 'passed' : 'overridden', facts.check.passed ? 'passed' : 'overridden'],
    ['targets', orNone(before.targets?.map(targetTitle).join(', ')), orNone(facts.targets.map(targetTitle).join(', '))], ['platforms', before.platforms.join(', '), [...facts.platforms].sort().join(', ')],
    ['Slipway', before.app.version, facts.appVersion],
  ]
}

function metricRows(facts: BundleFacts, before: BundleManifest, sameData: boolean): string[][] {
  const was = new Map(before.evaluation.metrics.filter((m) => m.slice === '').map((m) => [m.metric, m.value]))
  return facts.run.metrics.filter((m) => m.slice === '' && was.has(m.metric)).map((m): string[] => {
    const old = was.get(m.metric) ?? null
    const direction = metricDirection(m.metric)
    const text = (v: number | null): string => (v === null ? 'not available' : metricText(m.metric, v))
    const change = old === null || m.value === null ? 'not available' : !sameData ? 'other data' : m.value === old ? 'the same' : direction === 'neither' ? 'changed' : (m.value > old) === (direction === 'higher-is-better') ? 'better' : 'worse'
    return [metricName(m.metric), text(old), text(m.value), change]
  })
}

/** docs/CHANGES.md. */
export function changes(facts: BundleFacts): string {
  const before = facts.previousManifest
  const title = `# Changes of ${bundleFolderName(facts.version.modelName, facts.semver)}`
  if (before === null) return `${title}\n\nThis is the first bundle of this model that was exported here. There is nothing to compare it with.\n`
  const sameData = before.lineage.datasetFingerprint === facts.run.datasetSha256 && before.model.task === bindingOf(facts).task
  const rows = factRows(facts, before)
  const changed = rows.filter(([, a, b]) => a !== b)
  const metrics = metricRows(facts, before, sameData)
  return [
    title, '', `Since ${before.name}-${before.version}, serial ${before.serial}.`, '',
    callersBreak(before.model, bundleTensors(facts)) ? '**Callers break:** an input or output has another name, type or shape, or an input was added or removed.' : 'Callers need no change: every input and output is as it was.', '',
    '## What changed', '', changed.length === 0 ? 'Nothing of the model, its contract, its gate or its targets.' : table(['', 'before', 'now'], changed.map((r) => [...r])), '',
    `The same as before: ${rows.filter(([, a, b]) => a === b).map(([name]) => name).join(', ') || 'nothing'}.`, '',
    '## Quality', '', sameData ? 'Both were evaluated on the same data. A difference is not yet a significant one: the comparison in Slipway tests it.' : 'The two were evaluated on other data, so their numbers cannot be compared.', '',
    metrics.length === 0 ? 'No metric is known of both.' : table(['metric', 'before', 'now', 'change'], metrics), '',
  ].join('\n')
}
