// bundle.compare: two stored bundles -> what differs, from their manifests alone. Opens no archive.
import { metricDirection } from '../../../shared/metrics/catalogue.ts'
import type { Bundle, BundleManifest, BundleTensor } from '../../../shared/domain/bundle.ts'
import type { BundleDifference, BundleFact } from '../../../shared/domain/bundle-overview.ts'
import { formatPlural } from '../../../shared/format.ts'
import type { BundleId } from '../../../shared/ids.ts'
import { targetTitle } from '../../../shared/preflight/target-words.ts'
import { callersBreak } from '../bundle/callers-break.ts'
import type { ReadDb } from '../store/database.ts'
import { bundleManifest, getBundle } from '../store/bundles.ts'

const tensors = (list: readonly BundleTensor[]): string => list.map((t) => `${t.name}: ${t.datatype} [${t.shape.join(', ')}]`).join('; ')
const said = (values: readonly string[]): string => (values.length === 0 ? 'none' : values.join(', '))

function factsOf(a: BundleManifest, b: BundleManifest): BundleFact[] {
  const fact = (about: BundleFact['about'], name: string, of: (m: BundleManifest) => string | undefined): BundleFact => {
    const [before, after] = [of(a) ?? null, of(b) ?? null]
    return { about, name, before, after, same: before === after }
  }
  return [
    fact('model', 'Model', (m) => m.model.sha256), fact('model', 'Task', (m) => m.model.task), fact('model', 'Opset', (m) => String(m.model.opset)),
    fact('inputs', 'Inputs', (m) => tensors(m.model.inputs)), fact('outputs', 'Outputs', (m) => tensors(m.model.outputs)),
    fact('outputs', 'Classes', (m) => said(m.model.classes ?? [])), fact('decision', 'Decision threshold', (m) => (m.model.decisionThreshold === undefined ? undefined : String(m.model.decisionThreshold))),
    fact('data', 'Evaluated on', (m) => m.lineage.datasetFingerprint), fact('data', 'Rows', (m) => String(m.evaluation.rows)),
    fact('gate', 'Gate', (m) => (m.evaluation.gate.override === null ? (m.evaluation.gate.passed ? 'passed' : 'not passed') : `overridden by ${m.evaluation.gate.override.name}`)),
    fact('targets', 'Targets', (m) => (m.targets === undefined ? undefined : said(m.targets.map(targetTitle)))), fact('platforms', 'Server runs on', (m) => said(m.platforms)),
    fact('application', 'Server', (m) => `Slipway ${m.app.version}, ${m.app.serverDigest.slice(0, 12)}`), fact('publisher', 'Publisher', (m) => `${m.publisher.name} (${m.publisher.keyId})`),
  ]
}

function metricsOf(a: BundleManifest, b: BundleManifest, sameData: boolean): BundleDifference['metrics'] {
  const whole = (m: BundleManifest): ReadonlyMap<string, number | null> => new Map(m.evaluation.metrics.filter((x) => x.slice === '').map((x) => [x.metric, x.value]))
  const [before, after] = [whole(a), whole(b)]
  return [...new Set([...before.keys(), ...after.keys()])].map((metric) => {
    const [x, y] = [before.get(metric) ?? null, after.get(metric) ?? null]
    const delta = x === null || y === null ? null : y - x
    const direction = metricDirection(metric)
    const verdict = !sameData || delta === null || direction === 'neither' ? 'not-comparable' : delta === 0 ? 'same' : (delta > 0) === (direction === 'higher-is-better') ? 'better' : 'worse'
    return { metric, before: x, after: y, delta, verdict }
  })
}

function filesOf(a: BundleManifest, b: BundleManifest): Pick<BundleDifference, 'files' | 'filesSame'> {
  // The folder of the weights is named by the serial number: the same file of another bundle lies elsewhere.
  const plain = (m: BundleManifest): ReadonlyMap<string, BundleManifest['files'][number]> => new Map(m.files.map((f) => [f.path.replace(new RegExp(`^(model/repository/[^/]+)/${m.serial}/`), '$1/N/'), f]))
  const [before, after] = [plain(a), plain(b)]
  const files = [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path): BundleDifference['files'] => {
    const [x, y] = [before.get(path), after.get(path)]
    if (x !== undefined && y !== undefined && x.sha256 === y.sha256) return []
    return [{ path, change: x === undefined ? 'added' : y === undefined ? 'removed' : 'changed', before: x?.bytes ?? null, after: y?.bytes ?? null }]
  })
  return { files, filesSame: [...before.keys()].filter((path) => after.get(path)?.sha256 === before.get(path)?.sha256).length }
}

function sentenceOf(left: Bundle, right: Bundle, d: Pick<BundleDifference, 'breaking' | 'facts' | 'files'>): string {
  const model = d.facts.find((f) => f.name === 'Model')?.same === true ? 'Both hold the same model.' : `${right.fileName} holds another model.`
  const callers = d.breaking ? `Callers of ${left.name} ${left.version} break on ${right.name} ${right.version}.` : 'Callers need no change.'
  return `${model} ${callers} ${d.files.length === 0 ? 'No file differs.' : `${formatPlural(d.files.length, 'file differs', 'files differ')}.`}`
}

/** What differs between two bundles, from their manifests. */
export function differenceOf(left: Bundle, a: BundleManifest, right: Bundle, b: BundleManifest): BundleDifference {
  const sameData = a.lineage.datasetFingerprint === b.lineage.datasetFingerprint && a.model.task === b.model.task
  const parts = { breaking: callersBreak(a.model, b.model), facts: factsOf(a, b), ...filesOf(a, b) }
  return { left, right, sentence: sentenceOf(left, right, parts), metrics: metricsOf(a, b, sameData), sameData, ...parts }
}

/** Errors: `input.unknownId`. */
export const compareBundles = (db: ReadDb, { left, right }: { readonly left: BundleId; readonly right: BundleId }): BundleDifference =>
  differenceOf(getBundle(db, left), bundleManifest(db, left), getBundle(db, right), bundleManifest(db, right))
