// Counts, logs and watches one served bundle: what the server's `Observer` is. Cheap by design: no JSON and no allocation for each value,
// and nothing that waits. Refuses to disturb a request: what goes wrong here is counted as dropped.
import type { Observer, PredictionEvent } from '../observer.ts'
import { mostClassSeries } from '../../bundle/watch/metric-catalogue.ts'
import { binOf } from '../../../../shared/drift/bin-numbers.ts'
import { code } from '../../../../shared/drift/reference.ts'
import { createWindow, type DriftWindow } from './drift-window.ts'
import { publishDrift } from './drift-numbers.ts'
import { answerReader, type Answers } from './live-answers.ts'
import { createRowCoder, type RowCoder } from './live-codes.ts'
import { createTables, observeValue, type Buckets, type Cell, type MetricTables } from './metric-tables.ts'
import { openPredictionLog, type PredictionLog } from './prediction-log.ts'
import { watchProcess } from './process-numbers.ts'
import { createSampler, keptRows } from './row-sampler.ts'
import type { WatchedBundle } from './watched-bundle.ts'
import type { ObserverOptions } from './watch-options.ts'

type Labels = { readonly model: string; readonly version: string }
/** Rows a second that drift looks at; of more, every n-th one: the window holds the last few thousand anyway. */
const watchedRate = 10_000

/** Counters and histograms of requests. */
function requestCounter(tables: MetricTables, labels: Labels): (event: PredictionEvent) => void {
  const outcomes = new Map<string, Cell>((['ok', 'refused', 'failed', 'rejected', 'timed-out'] as const).map((outcome) => [outcome, tables.cell('model_requests_total', { ...labels, outcome })]))
  const total = tables.buckets('model_request_duration_seconds', labels)
  const inference = tables.buckets('model_inference_duration_seconds', labels)
  const rows = tables.buckets('model_request_rows', labels)
  const reasons = new Map<string, Cell>()
  // Series that rules look at exist from the start, so that their first increase is seen.
  for (const reason of ['queue-full']) reasons.set(reason, tables.cell('model_rejected_requests_total', { ...labels, reason }))
  return (event) => {
    outcomes.get(event.outcome)!.value++
    if (event.outcome === 'ok') {
      observeValue(total, event.totalMs / 1000)
      observeValue(inference, event.inferenceMs / 1000)
      observeValue(rows, event.rows)
      return
    }
    const reason = event.reason ?? 'unknown'
    let cell = reasons.get(reason)
    // Reasons are the server's own words; a bound keeps a mistake there from making series without end.
    if (cell === undefined && reasons.size < 50) reasons.set(reason, cell = tables.cell('model_rejected_requests_total', { ...labels, reason }))
    if (cell !== undefined) cell.value++
  }
}

interface AnswerWatch { readonly window: DriftWindow; take(answers: Answers): void; readonly confidence: { mean: number } }

/** A ring of the confidences in the window. */
function confidenceRing(capacity: number): { add(value: number): void; readonly mean: number } {
  const ring = new Float64Array(capacity)
  let [next, held] = [0, 0]
  return {
    add(value) { ring[next] = value; next = next + 1 === capacity ? 0 : next + 1; if (held < capacity) held++ },
    get mean() {
      let sum = 0
      for (let i = 0; i < held; i++) sum += ring[i]!
      return held === 0 ? NaN : sum / held
    },
  }
}

function watchAnswers(bundle: WatchedBundle, tables: MetricTables, labels: Labels, classes: readonly string[], capacity: number): AnswerWatch {
  const profile = bundle.reference?.answers ?? null
  const cells = classes.slice(0, mostClassSeries).map((name) => tables.cell('model_predictions_total', { ...labels, output: 'class', class: name }))
  const rest = classes.length > mostClassSeries ? tables.cell('model_predictions_total', { ...labels, output: 'class', class: 'other' }) : null
  const score = profile?.score ?? null
  const bounds = score === null ? [] : [score.low, ...score.edges, score.high].filter((e, i, all) => i === 0 || e > all[i - 1]!)
  const histogram: Buckets | null = score === null ? null : tables.buckets('model_prediction_score', { ...labels, output: 'score' }, bounds)
  const places = classes.map((name) => profile?.classes?.categories.indexOf(name) ?? -1)
  const window = createWindow([profile?.classes ?? { kind: 'none', rows: 0, missing: 0, reason: '' }, score ?? { kind: 'none', rows: 0, missing: 0, reason: '' }], capacity)
  const edges = Float64Array.from(score?.edges ?? [])
  const ring = confidenceRing(capacity)
  let scratch = new Int16Array(2)
  return {
    window, confidence: { get mean() { return ring.mean } },
    take(answers) {
      const { rows } = answers
      if (scratch.length < rows * 2) scratch = new Int16Array(rows * 2)
      for (let r = 0; r < rows; r++) {
        const c = answers.classes === null ? -1 : answers.classes[r]!
        if (c >= 0) { const cell = cells[c] ?? rest; if (cell !== null) cell.value++ }
        scratch[r * 2] = profile?.classes == null ? 0 : c < 0 ? code.missing : places[c]! >= 0 ? places[c]! : code.unseen
        const value = answers.scores === null ? NaN : answers.scores[r]!
        scratch[r * 2 + 1] = score === null ? 0 : binOf(edges, score.low, score.high, value)
        if (histogram !== null && value === value) observeValue(histogram, value)
        if (answers.confidence !== null && answers.confidence[r]! === answers.confidence[r]!) ring.add(answers.confidence[r]!)
      }
      window.add(scratch, rows)
    },
  }
}

function tellBundle(bundle: WatchedBundle, tables: MetricTables, labels: Labels): void {
  const { manifest, rootDigest, verified } = bundle
  tables.cell('model_info', { ...labels, serial: String(manifest.serial), root_digest: rootDigest }).value = 1
  tables.cell('model_bundle_verified', labels).value = verified ? 1 : 0
  tables.cell('model_queue_depth', labels)
  const due = manifest.reviewBy === undefined ? NaN : Date.parse(manifest.reviewBy) / 1000
  if (!Number.isNaN(due)) tables.cell('model_review_due_timestamp_seconds', labels).value = due
}

/** Takes the inputs of an event into the window, as codes in an array that is used again and again. */
function inputWatch(coder: RowCoder, window: DriftWindow): (event: PredictionEvent) => void {
  const sample = createSampler(watchedRate, true)
  const width = coder.features.length
  let scratch = new Int16Array(width * 64)
  return ({ at, inputs, rows }) => {
    const kept = sample(at, rows)
    const count = keptRows(kept, rows)
    if (count === 0) return
    if (scratch.length < count * width) scratch = new Int16Array(count * width)
    coder.code(inputs, count, kept.first, scratch, kept.stride)
    window.add(scratch, count)
  }
}

/**
 * The observer of one bundle. Several bundles in one process share `options.tables`; then any of them tells the numbers of all.
 * Throws where the folder of the prediction log cannot be made.
 */
export function createObserver(bundle: WatchedBundle, options: ObserverOptions): Observer {
  const tables = options.tables ?? createTables()
  const labels: Labels = { model: bundle.manifest.name, version: bundle.manifest.version }
  const count = requestCounter(tables, labels)
  const depth = tables.cell('model_queue_depth', labels)
  const reader = bundle.binding === null ? null : answerReader(bundle.binding)
  const features = bundle.reference?.features ?? []
  const coder = features.length === 0 ? null : createRowCoder(features)
  const window = createWindow(features.map((f) => f.bins), options.windowRows)
  const watchInputs = coder === null ? null : inputWatch(coder, window)
  const answersWatch = watchAnswers(bundle, tables, labels, reader?.labels ?? [], options.windowRows)
  const logCells = { records: tables.cell('model_prediction_log_records_total', labels), dropped: tables.cell('model_prediction_log_dropped_total', labels) }
  const log: PredictionLog | null = options.level === 0 ? null : openPredictionLog(bundle, options, reader?.labels ?? [], features, logCells)
  tellBundle(bundle, tables, labels)
  tables.beforeScrape(() => { publishDrift(tables, labels, features, window, answersWatch.window, answersWatch.confidence.mean) })
  const stopProcess = options.tables === undefined ? watchProcess(tables) : (): void => undefined
  return {
    observe(event) {
      try {
        count(event)
        if (event.rows < 1) return
        const ok = event.outcome === 'ok'
        const answers = ok && reader !== null ? reader.read(event.outputs, event.rows) : null
        if (ok) watchInputs?.(event)
        if (answers !== null) answersWatch.take(answers)
        log?.write(event, answers, ok ? coder : null)
      } catch {
        logCells.dropped.value += Math.max(1, event.rows)
      }
    },
    queueDepth(value) { depth.value = value },
    metrics: () => tables.text(),
    metricsType: tables.type,
    async close() {
      stopProcess()
      await log?.close()
    },
  }
}

