// The prediction log predlog.v1: one JSON object a line and row, put together as text, since most of it is the same in every line.
// Level 1 holds answers and bins, and no value of an input. Drops and counts what it cannot keep up with.
import { createHmac } from 'node:crypto'
import type { ReferenceFeature } from '../../../../shared/drift/reference.ts'
import type { PlainTensor } from '../../engine/engine-contract.ts'
import type { PredictionEvent } from '../observer.ts'
import { eventId } from './event-ids.ts'
import type { Answers } from './live-answers.ts'
import type { RowCoder } from './live-codes.ts'
import { openFileSink, openOutputSink, type LogSink } from './log-sink.ts'
import type { Cell } from './metric-tables.ts'
import { createSampler, keptRows } from './row-sampler.ts'
import type { WatchedBundle } from './watched-bundle.ts'
import type { ObserverOptions } from './watch-options.ts'

/** More classes than this are logged by their answer alone. */
const mostScores = 50

export interface PredictionLog {
  /** Logs the rows of an event that the sampler keeps; `coder`: null where no profile is there, or the model did not answer. */
  write(event: PredictionEvent, answers: Answers | null, coder: RowCoder | null): void
  close(): Promise<void>
}

const number = (value: number): string => (Number.isFinite(value) ? String(value) : 'null')

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
  let codes = new Int16Array(names.length * 64)
  const binsText = (row: number): string => {
    let text = ''
    for (let f = 0, at = row * names.length; f < names.length; f++, at++) text += names[f]! + codes[at]!
    return text
  }
  return {
    write(event, answers, coder) {
      const kept = sample(event.at, event.rows)
      const { stride, first } = kept
      if (first >= event.rows) return
      const logged = keptRows(kept, event.rows)
      if (codes.length < logged * names.length) codes = new Int16Array(logged * names.length)
      coder?.code(event.inputs, logged, first, codes, stride)
      const outcome = event.outcome === 'ok' ? '"ok"' : `${JSON.stringify(event.outcome)},"error_code":${JSON.stringify(event.reason)}`
      const start = `{"schema":"predlog.v1","ts":"${new Date(event.at).toISOString()}","event_id":"`
      const middle = `","request_id":${JSON.stringify(event.requestId)},"row":`
      const rest = `${fixed}${event.arm}"${unit(event.unitHash)},"latency_ms":${number(Math.round(event.totalMs * 1000) / 1000)},"outcome":${outcome},"out":`
      const end = `,"sampled":${number(1 / stride)}}\n`
      for (let r = first, row = 0; r < event.rows; r += stride, row++) {
        const bins = coder === null ? '' : `,"bins":{${binsText(row)}}`
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
