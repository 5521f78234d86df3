// A run as text: what was measured and how, the numbers that decide first, one row per class, every reason once.
// Refuses to write a number that is not available as anything but that; the rest of the numbers is one option away.
import { bindingAccount, guessNote } from '../../shared/binding/binding-account.ts'
import { batchSentence } from '../../shared/batch-words.ts'
import { deviceLine } from '../../shared/device-names.ts'
import type { BaselineReport } from '../../shared/domain/baseline.ts'
import type { Curve, MetricValue, Run } from '../../shared/domain/run.ts'
import { formatCount, formatDuration, formatPlural, formatRate, taskName } from '../../shared/format.ts'
import { metricFamily, metricName } from '../../shared/metrics/catalogue.ts'
import { alignDecimals, metricText, numbersApart } from '../../shared/metrics/metric-text.ts'
import { columnsText, recordsText } from '../../shared/row-words.ts'
import { facts, outputWidth, paragraph, sections, table } from './print.ts'
import { truncate, widthOf } from './text.ts'

/** The numbers that a reader asks for first, in this order; of tasks that have none of them the first ones of the run. */
const first: readonly string[] = [
  'accuracy', 'balanced_accuracy', 'binary.precision', 'binary.recall', 'binary.f1', 'macro.f1', 'weighted.f1', 'roc_auc', 'roc_auc.ovr_macro', 'average_precision', 'log_loss', 'brier', 'ece_10', 'top_k.2',
  'subset_accuracy', 'hamming_loss', 'jaccard_samples', 'lrap', 'mean_binary_log_loss',
  'map50_95', 'map50', 'map75', 'average_recall', 'detection.precision', 'detection.recall', 'detection.f1', 'detection.mean_iou',
  'rmse', 'mae', 'r2', 'median_absolute_error', 'max_error', 'mape', 'mean_error_bias',
]
const leastOfFirst = 4
const shownOfOthers = 10
const perClass = ['precision', 'recall', 'f1', 'support']
const mostClasses = 30

interface Named { readonly metric: string; readonly slice: string }
const isOfClass = (m: Named): boolean => m.slice.startsWith('class:')
const className = (m: Named): string => m.slice.slice('class:'.length)

/** The numbers of all rows that are shown before anybody asks for more. */
export function headlines<M extends Named>(metrics: readonly M[]): readonly M[] {
  const ofAll = metrics.filter((m) => m.slice === '')
  const twoClasses = ofAll.some((m) => m.metric === 'binary.f1')
  const wanted = twoClasses ? first.filter((id) => !id.endsWith('macro') && !/^(macro|weighted)\./.test(id)) : first
  const severalLabels = ofAll.some((m) => m.metric === 'subset_accuracy')
  const found = (severalLabels ? ['micro.f1', ...wanted] : wanted).flatMap((id) => ofAll.find((m) => m.metric === id) ?? [])
  // A user's own metrics were saved to be seen.
  const own = ofAll.filter((m) => m.metric.startsWith('custom.'))
  return [...(found.length < leastOfFirst ? ofAll.filter((m) => m.metric !== 'n' && !own.includes(m)).slice(0, shownOfOthers) : found), ...own]
}

/** `0.9155 to 0.9815`, or nothing where there is no interval. */
function interval(m: MetricValue): string {
  if (m.low === null || m.high === null) return ''
  const [low, high] = numbersApart(m.low, m.high)
  return `${low} to ${high}`
}

function metricTable(metrics: readonly MetricValue[]): string {
  const values = alignDecimals(metrics.map((m) => metricText(m.metric, m.value)))
  return table(['Metric', 'Id', 'Value', '95 % interval'], metrics.map((m, i) => [metricName(m.metric), m.metric, values[i]!, interval(m)]), [2])
}

interface ClassRows { readonly ids: readonly string[]; readonly rows: readonly { readonly name: string; readonly values: readonly (MetricValue | undefined)[] }[] }

function classRows(metrics: readonly MetricValue[], all: boolean): ClassRows {
  const found = [...new Set(metrics.map((m) => m.metric))]
  const usual = perClass.filter((id) => found.includes(id))
  const ids = all || usual.length === 0 ? found.slice(0, 8) : usual
  return { ids, rows: [...group(metrics)].map(([name, values]) => ({ name, values: ids.map((id) => values.find((m) => m.metric === id)) })) }
}

function group(metrics: readonly MetricValue[]): Map<string, MetricValue[]> {
  const map = new Map<string, MetricValue[]>()
  for (const m of metrics) map.set(className(m), [...(map.get(className(m)) ?? []), m])
  return map
}

const classHeaders: Readonly<Record<string, string>> = { support: 'Rows', predicted: 'Predicted', roc_auc: 'ROC AUC', average_precision: 'Average precision' }

/** Columns of numbers beside the names of their rows; what does not fit beside them comes below, with the names again. */
function besideNames(title: string, names: readonly string[], columns: readonly (readonly string[])[]): string {
  const nameWidth = Math.min(24, Math.max(...[title, ...names].map(widthOf)))
  const parts: (readonly string[])[][] = []
  let room = 0
  for (const column of columns) {
    const needed = 2 + Math.max(...column.map(widthOf))
    if (needed > room || parts.length === 0) {
      parts.push([])
      room = outputWidth() - nameWidth
    }
    parts.at(-1)!.push(column)
    room -= needed
  }
  return parts.map((part) => table([title, ...part.map((c) => c[0]!)], names.map((name, i) => [name, ...part.map((c) => c[i + 1]!)]), part.map((_, i) => i + 1))).join('\n\n')
}

/** One row per class. Of very many classes the ones with the lowest last measure come, unless all are asked for. */
function classTable(metrics: readonly MetricValue[], all: boolean): string {
  const { ids, rows } = classRows(metrics, all)
  const by = ids.includes('f1') ? ids.indexOf('f1') : 0
  const tooMany = !all && rows.length > mostClasses
  const shown = tooMany ? [...rows].sort((a, b) => (a.values[by]?.value ?? Infinity) - (b.values[by]?.value ?? Infinity)).slice(0, mostClasses) : rows
  const columns = ids.map((id, i) => [classHeaders[id] ?? metricName(id), ...shown.map((r) => { const m = r.values[i]; return m === undefined || m.value === null ? '–' : metricText(m.metric, m.value) })])
  const text = besideNames('Class', shown.map((r) => r.name), columns)
  return tooMany ? `${text}\n\n${paragraph(`These are the ${mostClasses} of ${formatCount(rows.length)} classes with the lowest ${metricName(ids[by] ?? '')}; --all shows every class.`)}` : text
}

/** True classes as rows, predicted ones as columns, where that fits a screen. */
function confusion(curves: readonly Curve[], all: boolean): string {
  const found = curves.find((c) => c.kind === 'confusion')
  if (found === undefined || found.classes.length > (all ? 40 : 12)) return ''
  const names = found.classes.map((name) => truncate(name, 12))
  const cells = found.counts.map((row) => row.map(formatCount))
  const needed = Math.max(...found.classes.map(widthOf)) + cells[0]!.reduce((sum, _, i) => sum + 2 + Math.max(widthOf(names[i]!), ...cells.map((row) => row[i]!.length)), 0)
  if (needed > outputWidth()) return ''
  return table(['true ╲ predicted', ...names], found.classes.map((name, i) => [name, ...cells[i]!]), names.map((_, i) => i + 1))
}

function namedWithSlice(m: Named): string {
  if (isOfClass(m)) return `${metricName(m.metric)} of ${className(m)}`
  return m.slice.startsWith('size:') ? `${metricName(m.metric)} of ${m.slice.slice('size:'.length)} boxes` : metricName(m.metric)
}

/** What could not be computed: every reason once, with what it concerns. */
function unavailable(metrics: readonly MetricValue[], all: boolean): string {
  const missing = metrics.filter((m) => m.value === null)
  const reasons = [...new Set(missing.map((m) => m.reason ?? 'no reason was given'))]
  return reasons.map((reason) => {
    const names = [...new Set(missing.filter((m) => (m.reason ?? 'no reason was given') === reason).map((m) => namedWithSlice(m)))]
    const shown = all ? names : names.slice(0, 4)
    const rest = names.length - shown.length
    return paragraph(`${reason} This concerns ${shown.join('; ')}${rest > 0 ? ` and ${formatCount(rest)} more` : ''}.`)
  }).join('\n')
}

function conditions(r: Run, all: boolean): string {
  const e = r.environment
  return facts([
    ...(e === null ? [] : [['Device', `${deviceLine(e)} ${formatPlural(e.threads, 'thread')}.`] as const, ...((all || e.batchEffect === 'rounding') && batchSentence(e) !== null ? [['Repeats', batchSentence(e) ?? ''] as const] : [])]),
    ['Model', `${r.modelName}@${r.versionNumber}`], ['Data', r.datasetName], ['Task', `${taskName(r.task)}${r.task === 'binary-classification' && r.binding.positiveClass !== null ? `, positive class ${r.binding.positiveClass}` : ''}`],
    ...(r.rows === null ? [] : [['Rows', `${formatCount(r.rows.scored)} of ${formatCount(r.rows.read)} scored`] as const]),
    ...(r.timing?.rowsPerSecond == null ? [] : [['Speed', `${formatRate(r.timing.rowsPerSecond)} rows/s, ${formatDuration(r.timing.totalMs)} in all`] as const]),
    ...(r.status === 'done' ? [] : [['Status', r.status] as const]), ['Run', r.id],
  ])
}

function rowTable(r: Run): string {
  if (r.rows === null) return ''
  return table(['Rows', 'Why', 'Where'], [
    ...r.rows.leftOut.map((l) => [formatCount(l.count), `left out: ${l.reason}`, `${columnsText(l) === '' ? '' : `${l.columns?.length === 1 ? 'column' : 'columns'} ${columnsText(l)}; `}records ${recordsText(l)}`]),
    ...r.rows.replaced.map((l) => [formatCount(l.count), `value replaced: ${l.reason}`, `column ${l.column}`]),
  ], [0], '')
}

/** What was taken for granted. All of it with every reason, or grouped: what is certain in one sentence, the rest by its reason. */
function assumptions({ binding, guesses }: Pick<Run, 'binding' | 'guesses'>, all: boolean): string {
  if (all || guesses.length === 0) return table(['About', 'Value', 'Confidence', 'Reason'], bindingAccount(binding, guesses).map((l) => [l.about, l.value, l.confidence ?? 'stated', l.reason]), [], '')
  const certain = guesses.filter((g) => g.confidence === 'certain')
  const sameName = certain.filter((g) => g.about === `inputs.${g.value}`)
  const named = certain.filter((g) => !sameName.includes(g)).map((g) => `${g.about} = ${g.value}`)
  const columns = sameName.length === 0 ? [] : [`${formatPlural(sameName.length, 'input')} = the columns of the same name (${sameName.map((g) => g.value).join(', ')})`]
  const doubtful = new Map<string, typeof guesses>()
  for (const g of guesses.filter((one) => one.confidence !== 'certain')) {
    const key = JSON.stringify([g.value, g.confidence, g.reason])
    doubtful.set(key, [...(doubtful.get(key) ?? []), g])
  }
  const about = (group: typeof guesses): string => (group.length === 1 ? group[0]!.about : `${group[0]!.about} and ${group.length - 1} more`)
  return sections(
    certain.length === 0 ? null : paragraph(`Certain: ${[...named, ...columns].join('; ')}.`),
    table(['About', 'Value', 'Confidence', 'Reason'], [...doubtful.values()].map((g) => [about(g), g[0]!.value, g[0]!.confidence, g[0]!.reason]), [], ''),
  )
}

/** A run as text. Without `all`: the headline numbers and one row per class; with it everything that is no curve. `baselines`: what it is better than. */
export function describeRun(r: Run, all: boolean, baselines: BaselineReport | null = null): string {
  const shown = all ? r.metrics.filter((m) => m.slice === '' && m.value !== null) : headlines(r.metrics.filter((m) => m.value !== null))
  const ofClass = r.metrics.filter(isOfClass)
  const slices = all ? r.metrics.filter((m) => m.slice !== '' && !isOfClass(m)) : []
  const hidden = r.metrics.filter((m) => m.slice === '' && m.value !== null).length - shown.length
  const families = [...new Set(shown.map((m) => metricFamily(m.metric)))]
  const order = all ? families.flatMap((family) => shown.filter((m) => metricFamily(m.metric) === family)) : shown
  return sections(
    conditions(r, all),
    ...r.notes.map((note) => paragraph(`Note: ${note}`)),
    guessNote(r.guesses) === null ? null : paragraph(`Note: ${guessNote(r.guesses)!} They stand below.`),
    shown.length === 0 ? null : { title: 'Metrics', body: metricTable(order) },
    baselines === null ? null : paragraph(baselines.sentence),
    ofClass.length === 0 ? null : { title: 'By class', body: classTable(ofClass, all) },
    { title: 'Confusion', body: confusion(r.curves, all) },
    slices.length === 0 ? null : { title: 'By slice', body: table(['Rows where', 'Metric', 'Value', '95 % interval', 'Rows'], slices.map((m) => [m.slice, metricName(m.metric), metricText(m.metric, m.value), interval(m), formatCount(m.n)]), [2, 4]) },
    { title: 'Not available', body: unavailable(r.metrics, all) },
    { title: 'Rows that differ', body: rowTable(r) },
    { title: 'Assumptions', body: assumptions(r, all) },
    all || hidden <= 0 ? null : paragraph(`${formatPlural(hidden, 'more number')} with --all; everything, curves too, with --json.`),
  )
}
