// Errors of the record: part of the one error table, which spreads them.
import { entry } from './error-entry.ts'
import { formatPlural, formatTime } from './format.ts'

export const auditErrors = {
  'dataset.forgotten': entry<{ name: string; at: number; who: string | null; reason: string | null }>({
    title: 'The values were forgotten', place: 'inline', exit: 2, retry: false,
    say: (d) => `The values of ${d.name} were forgotten on ${formatTime(d.at)}${d.who === null ? '' : ` by ${d.who}`}${d.reason === null ? '' : `: ${d.reason.replace(/\.$/, '')}`}.`,
    next: 'Metrics of earlier runs remain. Add the data anew, if that is allowed, to evaluate on it.',
  }),
  'run.retired': entry<{ at: number; who: string | null; reason: string | null }>({
    title: 'The predictions were removed', place: 'inline', exit: 2, retry: false,
    say: (d) => `The predictions of this run were removed by a retention rule on ${formatTime(d.at)}${d.who === null ? '' : ` by ${d.who}`}${d.reason === null ? '' : `: ${d.reason.replace(/\.$/, '')}`}.`,
    next: 'Its metrics, charts and reports remain. Evaluate again to have the rows again.',
  }),
  'retention.moved': entry<{ seen: number; now: number }>({
    title: 'The preview is out of date', place: 'inline', exit: 2, retry: true,
    say: (d) => `Nothing was removed: the rule named ${formatPlural(d.seen, 'run')} when you looked, and names other ones now (${d.now}).`,
    next: 'Look at the preview again.',
  }),
  'audit.logUnreadable': entry<{ file: string; reason: string }>({
    title: 'The log cannot be compared', place: 'inline', exit: 2, retry: false,
    say: (d) => `“${d.file}” cannot be compared with the record: ${d.reason}.`, next: 'Choose a log that this workspace exported, unchanged since.',
    commandLine: 'A log is made by slipway audit export --out log.jsonl.',
  }),
}
