// The prediction log predlog.v1: one JSON object a line and row, put together as text, since most of it is the same in every line.
// Level 1 holds answers and bins, and no value of an input. Drops and counts what it cannot keep up with.
import { createHmac } from 'node:crypto'
import type { ReferenceFeature } from '../../../../shared/drift/reference.ts'
import type { PlainTensor } from '../../engine/engine-contract.ts'
import type { PredictionEvent } from '../observer.ts'
import { eventId } from './event-ids.ts'
import type { Answers } from './live-answers.ts'
import { openFileSink, openOutputSink, type LogSink } from './log-sink.ts'
import type { Cell } from './metric-tables.ts'
import type { WatchedBundle } from './watched-bundle.ts'
import type { ObserverOptions } from './watch-options.ts'

/** More classes than this are logged by their answer alone. */
const mostScores = 50

export interface PredictionLog {
  /** Logs the rows of an event; `codes` row after row, empty where no profile is there. */
  write(event: PredictionEvent, answers: Answers | null, codes: Int16Array): void
  close(): Promise<void>
}

const number = (value: number): string => (Number.isFinite(value) ? String(value) : 'null')

/** Every n-th row, so that about `limit` rows a second are kept. Looks at the second before, and reacts at once when this one overflows. */
function createSampler(limit: number): (at: number, rows: number) => { readonly stride: number; readonly first: number } {
  let second = -1
  let seen = 0
  let kept = 0
  let stride = 1
  let place = 0
  return (at, rows) => {
    const now = Math.floor(at / 1000)
    if (now !== second) {
      stride = Math.max(1, Math.ceil(seen / limit))
      second = now
      seen = 0
      kept = 0
    }
    while (kept + rows / stride > limit * 2 && kept > limit) stride *= 2
    seen += rows
    const first = (stride - (place % stride)) % stride
    place += rows
    kept += rows > first ? Math.ceil((rows - first) / stride) : 0
    return { stride, first }
  }
}

/** What each output tensor of one row is, as the log writes it. */
function outText(answers: Answers | null, labels: readonly string[], r: number): string {
  if (answers === null) return '{}'
  const parts: string[] = []
  const { classes, scores, probabilities } = answers
  if (classes !== null) parts.push(`"label":${classes[r]! < 0 ? 'null' : labels[classes[r]!]!}`)
  if (scores !== null) parts.push(`"${classes === null ? 'value' : 'score'}":${number(scores[r]!)}`)
  if (probabilities !== null && labels.length <= mostScores) {
    let text = ''
    for (let c = 0, at = r * labels.length; c < labels.length; c++, at++) text += `${c === 0 ? '' : ','}${number(probabilities[at]!)}`
    parts.push(`"scores":[${text}]`)
  }
  return `{${parts.join(',')}}`
}

/** Values of the columns that may be logged, of one row. */
function rawText(features: readonly ReferenceFeature[], inputs: readonly PlainTensor[], rows: number, r: number): string {
  return `{${features.flatMap((f) => {
    const tensor = inputs.find((t) => t.name === f.input)
    const value = tensor?.data[r * (tensor.data.length / rows) + f.place]
    return value === undefined ? [] : [`${JSON.stringify(f.feature)}:${JSON.stringify(value)}`]
  }).join(',')}}`
}

/** What is the same in every line. */
const fixedFields = ({ manifest, rootDigest }: WatchedBundle): string => `"model":${JSON.stringify(manifest.name)},"version":${JSON.stringify(manifest.version)},"serial":${manifest.serial},"root_digest":"${rootDigest}"`

function headLine(bundle: WatchedBundle, { level, logRate }: ObserverOptions): string {
  const raw = level === 2 ? (bundle.manifest.monitoring?.rawColumns ?? []) : []
  return `{"schema":"predlog.v1","kind":"head",${fixedFields(bundle)},"level":${level},"raw_columns":${JSON.stringify(raw)},"records_per_second":${logRate}}\n`
}

function openSink(bundle: WatchedBundle, options: ObserverOptions): LogSink {
  const head = headLine(bundle, options)
  if (options.logFolder === null) return openOutputSink(head)
  const started = new Date().toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '')
  return openFileSink({ folder: options.logFolder, name: `predictions-${started}-${bundle.manifest.serial}-${process.pid}`, fileBytes: options.logFileBytes, files: options.logFiles, head })
}

export interface LogCells { readonly records: Cell; readonly dropped: Cell }

/** Opens the log of one bundle. Throws where the folder of its files cannot be made. */
export function openPredictionLog(bundle: WatchedBundle, options: ObserverOptions, labels: readonly string[], features: readonly ReferenceFeature[], cells: LogCells): PredictionLog {
  const sink = openSink(bundle, options)
  const sample = createSampler(options.logRate)
  const fixed = `,${fixedFields(bundle)},"arm":"`
  const words = labels.map((l) => JSON.stringify(l))
  const names = features.map((f, i) => `${i === 0 ? '' : ','}${JSON.stringify(f.feature)}:`)
  const allowed = new Set(options.level === 2 ? (bundle.manifest.monitoring?.rawColumns ?? []) : [])
  const raw = features.filter((f) => allowed.has(f.feature))
  let untold = 0
  const unit = (name: string | null): string => (name === null || options.unitKey === null ? '' : `,"unit_hash":"${createHmac('sha256', options.unitKey).update(name).digest('hex')}"`)
  const binsText = (codes: Int16Array, r: number): string => {
    let text = ''
    for (let f = 0, at = r * names.length; f < names.length; f++, at++) text += names[f]! + codes[at]!
    return text
  }
  return {
    write(event, answers, codes) {
      const { stride, first } = sample(event.at, event.rows)
      if (first >= event.rows) return
      const outcome = event.outcome === 'ok' ? '"ok"' : `${JSON.stringify(event.outcome)},"error_code":${JSON.stringify(event.reason)}`
      const start = `{"schema":"predlog.v1","ts":"${new Date(event.at).toISOString()}","event_id":"`
      const middle = `","request_id":${JSON.stringify(event.requestId)},"row":`
      const rest = `${fixed}${event.arm}"${unit(event.unitHash)},"latency_ms":${number(Math.round(event.totalMs * 1000) / 1000)},"outcome":${outcome},"out":`
      const end = `,"sampled":${number(1 / stride)}}\n`
      for (let r = first; r < event.rows; r += stride) {
        const bins = codes.length === 0 ? '' : `,"bins":{${binsText(codes, r)}}`
        const values = raw.length === 0 ? '' : `,"features":${rawText(raw, event.inputs, event.rows, r)}`
        const told = untold === 0 ? '' : `{"schema":"predlog.v1","kind":"dropped",${fixedFields(bundle)},"ts":"${new Date(event.at).toISOString()}","dropped":${untold}}\n`
        const line = `${told}${start}${eventId()}${middle}${r}${rest}${outText(answers, words, r)}${bins}${values}${end}`
        if (sink.write(line)) { cells.records.value++; untold = 0 }
        else { cells.dropped.value++; untold++ }
      }
    },
    close: () => sink.close(),
  }
}
