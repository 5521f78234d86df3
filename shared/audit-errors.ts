// Errors of the record: part of the one error table, which spreads them.
import { entry } from './error-entry.ts'

export const auditErrors = {
  'audit.logUnreadable': entry<{ file: string; reason: string }>({
    title: 'The log cannot be compared', place: 'inline', exit: 2, retry: false,
    say: (d) => `“${d.file}” cannot be compared with the record: ${d.reason}.`, next: 'Choose a log that this workspace exported, unchanged since.',
    commandLine: 'A log is made by slipway audit export --out log.jsonl.',
  }),
}
