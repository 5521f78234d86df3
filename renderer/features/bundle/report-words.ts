// What the report of a verification says in a word. A bundle that was one and is no longer intact is not called something else.
import type { VerifyReport } from '../../../shared/domain/bundle.ts'
import type { Tone } from '../../ui/status.tsx'

const verdicts: Readonly<Record<VerifyReport['verdict'], { readonly words: string; readonly tone: Tone }>> = {
  trusted: { words: 'Trusted', tone: 'good' }, tampered: { words: 'Tampered with', tone: 'bad' }, malformed: { words: 'Not an intact bundle', tone: 'bad' },
  'unknown-publisher': { words: 'Intact, publisher unknown', tone: 'warn' }, 'golden-mismatch': { words: 'Answers differ', tone: 'bad' },
  downgrade: { words: 'Older than what is served', tone: 'bad' }, 'not-approved': { words: 'Intact, not approved by enough people', tone: 'warn' }, secrets: { words: 'Holds secrets or personal data', tone: 'bad' },
}

const holds = (report: VerifyReport, name: string): boolean => report.checks.some((c) => c.name === name && c.ok)

/** The badge. Once the signature holds, the list of files is the publisher's, so what does not fit it was changed or damaged. */
export function verdictWords(report: VerifyReport): { readonly words: string; readonly tone: Tone } {
  return report.verdict === 'malformed' && holds(report, 'archive') ? { words: holds(report, 'signature') ? 'Damaged or tampered with' : 'Damaged', tone: 'bad' } : verdicts[report.verdict]
}

/** Name and version of the manifest; it is read only after everything before it holds. */
export const bundleWords = (report: VerifyReport): string => (report.name === null ? 'not established: its manifest is read only when signature and files hold' : `${report.name} ${report.version ?? ''}`)
