// The papers of a bundle: card and bill of materials from one object, changes against the bundle before, runbook, labels of the README.
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readme } from '../../main/core/bundle/documents.ts'
import type { BundleFacts } from '../../main/core/bundle/facts.ts'
import { wayBack } from '../../main/core/bundle/deploy/ways-back.ts'
import { readPackWords } from '../../main/core/bundle/feedback-words.ts'
import { planners } from '../../main/core/bundle/planners.ts'
import { readReleaseWords } from '../../main/core/bundle/release/words.ts'
import { monitoringSection } from '../../main/core/bundle/watch/monitoring-section.ts'
import { watchChoices } from '../../main/core/steps/watch-choices.ts'
import { readVerifyWords } from '../../main/core/bundle/verify-words.ts'
import { readArguments } from '../../main/core/serve/arguments.ts'
import { handOverCommands } from '../../shared/hand-over.ts'
import type { Planned } from '../../main/core/bundle/planned.ts'
import { changes } from '../../main/core/bundle/read/changes.ts'
import { planPapers } from '../../main/core/bundle/read/plan-papers.ts'
import { alerts } from '../../main/core/bundle/watch/alerts.ts'
import { bundleParts, proofWords } from '../../shared/bundle-parts.ts'
import { BundleTarget } from '../../shared/domain/bundle-target.ts'
import type { BundleManifest } from '../../shared/domain/bundle.ts'
import { metricName } from '../../shared/metrics/catalogue.ts'
import { bundleTensors } from '../../main/core/bundle/contract-files.ts'
import { irisFacts } from '../setup/small-bundle.ts'

/** Command lines of the bundle's scripts in a text: in code, and with words behind the script's name. */
function quotedCommands(text: string): { readonly script: string; readonly words: readonly string[]; readonly runner: string }[] {
  const code = text.split('\n').flatMap((line) => (/^(?: {4}|[^`#|]*\bon_host )/.test(line) ? [line.trim()] : [...line.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span)))
  return code.flatMap((line) => [...line.matchAll(/(?:(\w+) )?\S*\bbin\/(\w+\.(?:sh|mjs)) ((?:[^&|#]|\|(?=\w))+)/g)].map(([, runner = '', script = '', rest = '']) => (
    { runner, script, words: [...rest.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare ?? '') })))
}

/** What each script reads its words with. */
const takenBy: Readonly<Record<string, (words: readonly string[]) => unknown>> = {
  'install.sh': (words) => readReleaseWords(['install', ...words]), 'canary.sh': (words) => readReleaseWords(['canary', ...words]), 'rollback.sh': (words) => readReleaseWords(['rollback', ...words]),
  'run.sh': (words) => readArguments(words), 'verify.mjs': readVerifyWords, 'feedback.mjs': readPackWords,
  'smoke.mjs': ([address, ...more]) => { if (more.length > 0) throw new Error('one address'); return new URL(address ?? '') },
  'verify.sh': (words) => { if (words.length !== 1) throw new Error('one key') },
}

const folder = mkdtempSync(join(tmpdir(), 'slipway-papers-'))
let facts: BundleFacts
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
beforeAll(async () => {
  const iris = await irisFacts(folder)
  const metrics = [
    { metric: 'accuracy', slice: '', value: 0.961234567, low: 0.91, high: 0.99, n: 150, reason: null }, { metric: 'recall', slice: 'class:setosa', value: 1, low: null, high: null, n: 50, reason: null },
    { metric: 'log_loss', slice: '', value: null, low: null, high: null, n: 0, reason: 'no probabilities' },
  ]
  const curves: BundleFacts['run']['curves'] = [
    { kind: 'confusion', classes: ['a', 'b'], counts: [[5, 1], [2, 7]] }, { kind: 'roc', class: 'a', auc: 0.9, falsePositiveRate: [0, 0.2, 1], truePositiveRate: [0, 0.8, 1], threshold: [null, 0.5, 0] },
  ]
  facts = { ...iris, run: { ...iris.run, metrics, curves } }
})

const paper = (path: string, of: BundleFacts = facts): string => planPapers(of, 'k').find((f: Planned) => f.path === path)?.text ?? ''
const bom = (of: BundleFacts = facts): { components: { type: string; name: string; modelCard?: { quantitativeAnalysis: { performanceMetrics: { type: string; value: string; slice?: string; confidenceInterval?: unknown }[] }; properties: { value: string }[] } }[]; serialNumber: string } =>
  JSON.parse(paper('sbom/bom.cdx.json', of)) as ReturnType<typeof bom>

describe('card and bill of materials', () => {
  test('say the same numbers of the same metrics', () => {
    const matter = parse(paper('docs/MODEL_CARD.md').split('\n---\n')[0]!.slice('---\n'.length)) as { license: string; 'model-index': { results: { metrics: { name: string; value: number }[] }[] }[] }
    const carded = matter['model-index'][0]!.results[0]!.metrics
    const listed = bom().components.find((c) => c.type === 'machine-learning-model')!.modelCard!.quantitativeAnalysis.performanceMetrics
    expect(carded).toEqual([expect.objectContaining({ name: metricName('accuracy'), value: 0.961234567 })])
    expect(listed.filter((m) => m.slice === undefined).map((m) => [m.type, Number(m.value)])).toEqual(carded.map((m) => [m.name, m.value]))
    expect(listed.find((m) => m.slice === 'class:setosa')).toMatchObject({ value: '1' })
    expect(listed[0]!.confidenceInterval).toEqual({ lowerBound: '0.91', upperBound: '0.99' })
    expect(matter.license).toBe('unknown')
  })

  test('what nobody said is named as not recorded in both, and none of it is made up', () => {
    const properties = bom().components.find((c) => c.type === 'machine-learning-model')!.modelCard!.properties.map((p) => p.value)
    expect(properties).toEqual(expect.arrayContaining(['intended use', 'licence of the model', 'training data']))
    for (const what of properties) expect(paper('docs/MODEL_CARD.md')).toContain(`- ${what}`)
  })

  test('CycloneDX 1.6 takes it, strictly, and refuses a field that is misspelt', async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6)
    expect(await validator.validate(paper('sbom/bom.cdx.json'))).toBeNull()
    const broken = paper('sbom/bom.cdx.json').replace('"performanceMetrics"', '"perfomanceMetrics"')
    expect(broken).not.toBe(paper('sbom/bom.cdx.json'))
    expect(await validator.validate(broken)).not.toBeNull()
  })

  test('the serial number is that of the content: the same again, another for another run', () => {
    expect(bom().serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(bom().serialNumber).toBe(bom().serialNumber)
    expect(bom({ ...facts, serial: 4 }).serialNumber).not.toBe(bom().serialNumber)
  })

  test('the charts lie beside the card, each with its words; curves of single rows stay home', () => {
    const planned = planPapers({ ...facts, run: { ...facts.run, curves: [...facts.run.curves, { kind: 'residuals', predicted: [1], actual: [2] } as never] } }, 'k')
    const charts = planned.filter((f) => f.mediaType === 'image/svg+xml')
    expect(charts.map((c) => c.path)).toEqual(['docs/charts/confusion-matrix.svg', expect.stringMatching(/^docs\/charts\/roc/)])
    const card = planned.find((f) => f.path === 'docs/MODEL_CARD.md')!.text!
    for (const chart of charts) {
      expect(card).toContain(`](${chart.path.slice('docs/'.length)})`)
      expect(chart.text).toMatch(/^<svg[\s\S]*<\/svg>\n$/)
    }
  })
})

describe('changes', () => {
  const before = (change: Partial<BundleManifest> = {}): BundleManifest => ({
    ...{ name: 'iris', version: '1.0.0', serial: 2, platforms: ['linux-x64'], targets: facts.targets.map((t) => ({ ...t })), app: { name: 'Slipway', version: '0.1.0', serverDigest: 'f'.repeat(64) }, files: [] },
    model: { sha256: 'e'.repeat(64), task: facts.run.task, ...bundleTensors(facts), classes: ['setosa', 'versicolor', 'virginica'] } as never,
    lineage: { datasetFingerprint: facts.run.datasetSha256 } as never, evaluation: { metrics: [{ metric: 'accuracy', slice: '', value: 0.97, n: 150 }], gate: { passed: true } } as never, ...change,
  } as BundleManifest)

  test('of a first bundle there are none', () => { expect(changes(facts)).toContain('This is the first bundle of this model') })

  test('name what differs, compare metrics on the same data only, and say whether callers break', () => {
    const text = changes({ ...facts, previousManifest: before() })
    expect(text).toContain('Since iris-1.0.0, serial 2.')
    expect(text).toContain('Callers need no change')
    expect(text).toMatch(/\| model \| e{64} \| [0-9a-f]{64} \|/)
    expect(text).toContain('| Accuracy | 0.9700 | 0.9612 | worse |')
    expect(changes({ ...facts, previousManifest: before({ lineage: { datasetFingerprint: 'd'.repeat(64) } as never }) })).toContain('| Accuracy | 0.9700 | 0.9612 | other data |')
    const other = before()
    other.model.inputs = [{ ...other.model.inputs[0]!, datatype: 'FP64' }]
    expect(changes({ ...facts, previousManifest: other })).toContain('**Callers break:**')
  })
})

describe('runbook and README', () => {
  const everywhere = (): BundleFacts => ({ ...facts, targets: BundleTarget.options.map((target) => ({ target, engine: null })) })

  test('the runbook has a heading for every alert, where its link points, and a way back for every target', () => {
    const text = paper('docs/runbook.md', { ...everywhere(), previous: { version: '1.0.0', serial: 2, rootDigest: 'c'.repeat(64) } })
    for (const name of Object.keys(alerts)) expect(text).toMatch(new RegExp(`^### ${name}$`, 'm'))
    for (const words of ['bin/rollback.sh', 'kubectl -n models rollout undo', 'overlays/knative-rollback', 'overlays/standard-rollback', 'steps/rollback', 'cloudformation deploy', '/v2/repository/models/iris/load']) expect(text).toContain(words)
    expect(text).toContain(`Go back to iris-1.0.0, serial 2, root digest \`${'c'.repeat(64)}\``)
    const first = paper('docs/runbook.md', everywhere())
    expect(first).toContain('there is nothing to go back to')
    expect(first).not.toContain('kubectl -n models rollout')
  })

  test('every command line of a script of the bundle is one that the script takes, and is started so that its mode does not matter', () => {
    const before = { previous: { version: '1.0.0', serial: 2, rootDigest: 'c'.repeat(64) } }
    const everything = { ...everywhere(), ...before }
    const texts = [...planners.flatMap((plan) => plan(everything, 'k')).flatMap(({ path, text }) => (text !== undefined && /\.(md|ya?ml)$/.test(path) ? [[path, text] as const] : [])), ['README.md', readme(everything, 'k')] as const,
      ['hand-over', handOverCommands({ fileName: 'iris.mlbundle.zip', modelName: 'Iris', version: '1.2.3' }, true).map(({ command }) => `    ${command.replaceAll('\n', '\n    ')}`).join('\n')] as const]
    const found = texts.flatMap(([path, text]) => quotedCommands(text).map((command) => ({ path, ...command })))
    expect([...new Set(found.map(({ script }) => script))].sort()).toEqual(['canary.sh', 'feedback.mjs', 'install.sh', 'rollback.sh', 'run.sh', 'smoke.mjs', 'verify.mjs', 'verify.sh'])
    for (const { path, script, words, runner } of found) {
      expect(runner, `${path}: ${script}`).toBe(script.endsWith('.sh') ? 'sh' : 'node')
      expect(() => takenBy[script]!(words), `${path}: ${script} ${words.join(' ')}`).not.toThrow()
    }
    expect(() => takenBy['rollback.sh']!(['--by', 'me', '--why', 'x'])).toThrow(/--by/)
    expect(() => takenBy['canary.sh']!(['--weight', '0'])).toThrow()
  })

  test('the way back is told in the same words by the runbook and by the page of its target, and only by files that are there', () => {
    const after = { ...everywhere(), previous: { version: '1.0.0', serial: 2, rootDigest: 'c'.repeat(64) } }
    const files = planners.flatMap((plan) => plan(after, 'k'))
    const text = (path: string): string => files.find((f) => f.path === path)?.text ?? ''
    for (const [target, page] of Object.entries({ kubernetes: 'deploy/kubernetes/README.md', 'kserve-standard': 'deploy/kserve/README.md', 'kserve-knative': 'deploy/kserve/README.md', triton: 'deploy/triton/README.md', sagemaker: 'deploy/terraform/README.md' })) {
      const words = wayBack(after, target as BundleTarget)
      expect(text('docs/runbook.md')).toContain(words)
      expect(text(page), page).toContain(words)
    }
    const runbook = text('docs/runbook.md')
    for (const [, path = ''] of runbook.matchAll(/(?:-k|-f|--template-file) (deploy\/\S+)/g)) expect(files.some((f) => f.path === path || f.path === `${path}/kustomization.yaml`), path).toBe(true)
    for (const [line] of runbook.matchAll(/^ {4}kubectl .*$/gm)) expect(line).toMatch(/ -n models | apply -k \.$/)
  })

  test('the publisher names columns to log and the day of review; a personal column, a strange one and no day are refused', () => {
    const binding = facts.run.binding
    const asked = (logColumns: string[], reviewBy?: string, personal: { whole: boolean; columns: string[] } = { whole: false, columns: ['sepal_width'] }): unknown => watchChoices({ logColumns, reviewBy }, binding, { ...facts.dataset, personal }, Date.UTC(2026, 0, 1))
    expect(asked(['sepal_length'])).toEqual({ rawColumns: ['sepal_length'], reviewBy: '2026-06-30T00:00:00Z' })
    expect(asked([], '2027-05-31')).toEqual({ rawColumns: [], reviewBy: '2027-05-31T00:00:00Z' })
    for (const [wrong, words] of [[() => asked(['sepal_width']), /personal/], [() => asked(['petal_length'], undefined, { whole: true, columns: [] }), /personal/], [() => asked(['age']), /does not feed/], [() => asked([], '2027-02-30'), /no day/]] as const) expect(wrong).toThrow(words)
    expect(monitoringSection({ ...facts, rawColumns: ['sepal_length'] }).rawColumns).toEqual(['sepal_length'])
  })

  test('the README gives every part that is here its label, and none that is not', () => {
    const text = readme(everywhere(), 'k')
    for (const part of bundleParts) expect(text).toContain(`| ${part.title} | ${proofWords[part.proof]} |`)
    expect(readme(facts, 'k')).not.toContain('| KServe |')
  })

  test('every label names a test that is there', () => {
    for (const part of bundleParts) expect(existsSync(resolve(import.meta.dirname, '../..', part.test)), part.id).toBe(true)
  })
})
