// Batches of logs, labels and their coverage as text for a terminal. Counts always add up on the page as they do in the account.
import type { LabelCoverage, LabelFile, LogBatch, LogLook } from '../../shared/domain/log-batch.ts'
import { formatBytes, formatCount, formatDuration, formatPlural, formatShare, formatTime } from '../../shared/format.ts'
import { facts, paragraph, sections, table } from './print.ts'

const span = (from: number | null, to: number | null): string => (from === null || to === null ? 'no time' : `${formatTime(from)} to ${formatTime(to)}`)

const reasonsText = (reasons: LogBatch['account']['reasons']): string => table(['Records', 'Why', 'First ones'], reasons.map((r) => [formatCount(r.count), r.sentence, r.examples.map((e) => `${e.file}:${e.line}`).join(' ')]), [0])

export function batchText(b: LogBatch): string {
  const { account } = b
  return sections(
    facts([
      ['Batch', b.name], ['Id', b.id], ['Of', b.versionNumber === null ? b.modelName : `${b.modelName}@${b.versionNumber}`], ['From', `${formatPlural(account.files, 'file')}, ${formatBytes(account.bytes)}, ${b.format}`], ['Time', span(b.from, b.to)],
      ['Holds', b.holds.sentence], ['Rows', `${formatCount(b.rows)}${b.lowestSampling < 1 ? `, for about ${formatCount(Math.round(b.standsFor))}` : ''}`], ['Outcomes', b.outcomes.map((o) => `${o.outcome} ${formatCount(o.rows)}`).join(', ')], ['Arms', b.arms.map((a) => `${a.arm} ${formatCount(a.rows)}`).join(', ')],
    ]),
    { title: 'Where every record went', body: facts([
      ['Read', formatCount(account.read)], ['Kept', `${formatCount(account.kept)}, as ${formatPlural(account.rows, 'row')}`], ['Duplicates', `${formatCount(account.duplicates)}${account.duplicatesOfEarlier === 0 ? '' : `, ${formatCount(account.duplicatesOfEarlier)} of them imported before`}`], ['Rejected', formatCount(account.rejected)],
      ['Halves', `${formatPlural(account.unmatchedRequests, 'request')} without an answer, ${formatPlural(account.unmatchedResponses, 'answer')} without a request`], ...(account.dropped === 0 ? [] : [['Lost before', `${formatCount(account.dropped)}, says the server`] as const]),
    ]) },
    account.reasons.length === 0 ? null : { title: 'Rejected', body: reasonsText(account.reasons) },
    b.warnings.length === 0 ? null : { title: 'Mind', body: b.warnings.map((w) => paragraph(w, 2)).join('\n') },
    b.forgotten.length === 0 ? null : { title: 'Forgotten', body: table(['When', 'Who', 'Rows', 'Why'], b.forgotten.map((f) => [formatTime(f.at), f.who ?? '', formatCount(f.rows), f.reason ?? '']), [2]) },
  )
}

export const batchList = (all: readonly LogBatch[]): string => table(['Batch', 'Version', 'Rows', 'Time', 'Rejected', 'Imported', 'Id'],
  all.map((b) => [b.name, `${b.modelName}${b.versionNumber === null ? '' : `@${b.versionNumber}`}`, formatCount(b.rows), span(b.from, b.to), formatCount(b.account.rejected), formatTime(b.createdAt), b.id]), [2, 4], 'No log came home yet. Bring one: slipway logs import feedback.zip')

export function labelsText(l: LabelFile): string {
  const { account } = l
  return sections(
    facts([['Labels', l.name], ['Id', l.id], ['Of', l.modelName], ['Read', formatCount(account.read)], ['Kept', formatCount(account.kept)], ['Duplicates', formatCount(account.duplicates)], ['Rejected', formatCount(account.rejected)], ['Fit a row', formatCount(account.matched)], ['Correct an earlier one', formatCount(account.corrections)], ['Time', span(l.from, l.to)]]),
    account.reasons.length === 0 ? null : { title: 'Rejected', body: reasonsText(account.reasons) },
  )
}

export function coverageText(c: LabelCoverage): string {
  const share = c.rows === 0 ? 'no rows' : `${formatCount(c.labelled)} of ${formatCount(c.rows)} rows, ${formatShare(c.labelled / c.rows)}`
  return sections(
    facts([['Labelled', share], ['Delay', c.delay === null ? 'not known: no label has a time' : `half within ${formatDuration(c.delay.median)}, 90 % within ${formatDuration(c.delay.p90)}, the latest after ${formatDuration(c.delay.longest)}`]]),
    { title: 'Selection', body: paragraph(c.selection.sentence, 2) },
    { title: 'Over time', body: table(['From', 'Rows', 'Labelled', 'Share'], c.windows.filter((w) => w.rows > 0).map((w) => [formatTime(w.from), formatCount(w.rows), formatCount(w.labelled), formatShare(w.labelled / w.rows)]), [1, 2, 3], 'No row has a time.') },
  )
}

export function lookText(l: LogLook): string {
  const mapped = Object.entries(l.mapping).filter(([key, value]) => !['timeUnit', 'latencyUnit', 'bodyEncoding'].includes(key) && value !== undefined).map(([key, value]) => [key, typeof value === 'string' ? value : Object.entries(value as Record<string, string>).map(([a, b]) => (a === b ? a : `${a}=${b}`)).join(', ')])
  return sections(paragraph(l.sentence), mapped.length === 0 ? null : { title: 'Would be read as', body: table(['What', 'Column'], mapped) }, l.columns.length === 0 ? null : { title: 'Columns', body: paragraph(l.columns.map((c) => c.name).join(', '), 2) })
}
