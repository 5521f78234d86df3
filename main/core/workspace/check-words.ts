// The sentences of a workspace check: what is wrong, named as the user knows it, and what to do about it. Looks at nothing itself.
import { formatCount, formatPlural } from '../../../shared/format.ts'
import type { WorkspaceCheck, WorkspaceFinding } from '../../../shared/domain/workspace.ts'
import type { BlobNeed } from '../store/blob-names.ts'
import type { DatabaseFault } from '../store/examine.ts'

const tableWords: Readonly<Record<string, string>> = {
  models: 'models', versions: 'versions', version_notes: 'notes and tags', derivations: 'rewritten models', bindings: 'bindings', datasets: 'data sets', runs: 'runs', run_metrics: 'the metrics of runs',
  gates: 'policies', gate_checks: 'decisions of gates', bundles: 'exported bundles', events: 'the record of what happened', settings: 'the settings', stress_tests: 'stress tests',
  device_reports: 'reports about devices', version_states: 'the states of versions', alias_moves: 'the moves of aliases', care_notes: 'owners and links', personal_flags: 'what is flagged personal', forgotten_datasets: 'what was forgotten', retired_predictions: 'what retention removed', reviewers: 'reviewers', review_requests: 'review requests', review_answers: 'answers of reviewers', revoked_approvals: 'approvals that were taken back', received_requests: 'requests from elsewhere', given_answers: 'answers given to them', custom_metrics: 'metrics of one’s own',
}
const wordsOf = (table: string): string => tableWords[table] ?? `the table ${table.replaceAll('_', ' ')}`

const restoreNext = 'Restore the newest backup into a new folder and go on there. What is readable can still be exported from here.'

type Found = Omit<WorkspaceFinding, 'kind' | 'severity' | 'bytes' | 'removable'>

/** One finding for all faults of one table. */
export function databaseWords(faults: readonly DatabaseFault[]): Found {
  const [first] = faults
  const tables = first?.tables ?? []
  const detail = `${first?.detail ?? ''}${faults.length > 1 ? `; and ${formatPlural(faults.length - 1, 'more fault', 'more faults')} like it` : ''}`
  if (first?.kind === 'reference') {
    return { about: wordsOf(tables[0] ?? ''), sentence: `Something among ${wordsOf(tables[0] ?? '')} belongs to something among ${wordsOf(tables[1] ?? '')} that is not there (${detail}).`, next: restoreNext }
  }
  if (first?.kind === 'record') return { about: tables.length === 0 ? 'the record' : wordsOf(tables[0] ?? ''), sentence: `The record does not agree: ${detail.replace(/\.$/, '')}.`, next: 'Look into it with the audit, which names every entry. What was changed cannot be trusted; a backup from before holds how it was.' }
  return { about: tables.length === 0 ? 'the database' : wordsOf(tables[0] ?? ''), sentence: `The database is damaged${tables.length === 0 ? '' : ` where it keeps ${wordsOf(tables[0] ?? '')}`} (${detail}).`, next: restoreNext }
}

const listed = (needs: readonly BlobNeed[]): string => {
  const all = [...new Set(needs.map((n) => `${n.what} of ${n.of}`))]
  return all.length <= 4 ? all.join(', ') : `${all.slice(0, 4).join(', ')} and ${formatPlural(all.length - 4, 'more thing')}`
}

/** A file of the workspace that is gone, or is not what its name says. */
export function lostFileWords(needs: readonly BlobNeed[], damaged: boolean): Found {
  const predictions = needs.every((n) => n.what === 'stored predictions')
  return {
    about: [...new Set(needs.map((n) => n.of))].slice(0, 3).join(', '),
    sentence: `The stored file is ${damaged ? 'damaged: its content changed' : 'missing'}. It is the ${listed(needs)}.`,
    next: predictions ? 'The metrics of the run stay. Evaluate again to have its rows again, or restore a backup.' : 'Import the original file again, which puts it back, or restore a backup.',
  }
}

export const unusedFileWords = (sha256: string, busy: boolean): Found => ({
  about: `file ${sha256.slice(0, 12)}…`, sentence: busy ? 'Nothing refers to this stored file, but a program that works here now may be about to.' : 'Nothing refers to this stored file: the work that made it did not end.',
  next: busy ? 'Check again when nothing else has this workspace open.' : 'Nothing has to be done; sweeping removes it.',
})

export const leftoverWords = (about: string, sentence: string, removable: boolean): Found => ({ about, sentence, next: removable ? 'Nothing has to be done; sweeping removes it.' : 'Nothing has to be done.' })

export const goneDataWords = (name: string, copied: boolean): Found => copied
  ? { about: name, sentence: `The copy of the data set ${name} that was kept in the workspace is missing or changed.`, next: 'Add the file again as a new data set, or restore a backup. Results that were made on it stay.' }
  : { about: name, sentence: `The file of the data set ${name} is no longer where it was linked.`, next: 'Put the file back where it was if you want to evaluate on it again. Results that were made on it stay.' }

/** The answer in one sentence. */
export function checkSentence(findings: readonly WorkspaceFinding[], counts: WorkspaceCheck['counts']): string {
  const faults = findings.filter((f) => f.severity === 'fault').length
  const leftovers = findings.filter((f) => f.removable).length
  const looked = faults > 0 && counts.files === 0 ? 'the database' : `the database and ${formatCount(counts.files)} stored ${counts.files === 1 ? 'file' : 'files'}`
  const verdict = faults === 0 ? `Everything is whole: ${looked} were read to their last byte.` : `${formatPlural(faults, 'fault')} found in ${looked}.`
  return leftovers === 0 ? verdict : `${verdict} ${formatPlural(leftovers, 'leftover')} can be swept.`
}
