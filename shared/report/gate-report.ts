// The report of a check of a gate: whether the version may go out, by which rules, and who passed it all the same.
import type { Gate, GateCheck } from '../domain/gate.ts'
import type { Run } from '../domain/run.ts'
import { formatPlural } from '../format.ts'
import { headlineSentence } from './run-report.ts'
import type { Report, ReportBlock } from './report.ts'

const words = { pass: 'passes', fail: 'fails', 'not-established': 'not established' } as const
const day = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')

/** The report of one stored check and the run that it judged. */
export function gateReport(check: GateCheck, gate: Gate, run: Run): Report {
  const failed = check.findings.filter((f) => f.verdict !== 'pass')
  const override: ReportBlock[] = check.override === null ? [] : [{ kind: 'caveat', text: `Passed all the same by ${check.override.name}: ${check.override.reason}` }]
  return {
    title: `Gate of ${run.modelName} v${run.versionNumber}`,
    about: `Policy revision ${gate.revision}, checked ${day(check.checkedAt)} UTC on ${run.datasetName}`,
    outcome: check.passed ? { tone: 'good', words: 'Passed' } : check.override === null ? { tone: 'bad', words: 'Not passed' } : { tone: 'open', words: 'Not passed, and overridden' },
    summary: [
      failed.length === 0 ? `All ${formatPlural(check.findings.length, 'rule')} pass.` : `${formatPlural(failed.length, 'rule does', 'rules do')} not pass, of ${check.findings.length}.`,
      ...failed.map((f) => f.sentence), headlineSentence(run),
    ],
    sections: [{ title: 'Every rule', blocks: [...override, { kind: 'table', table: { caption: 'Rules in the order of the policy', columns: [{ name: 'Rule' }, { name: 'Answer' }, { name: 'In numbers' }], rows: check.findings.map((f) => [f.rule.kind.replaceAll('-', ' '), words[f.verdict], f.sentence]) } }] }],
    origin: [{ name: 'Check', value: check.id }, { name: 'Policy', value: gate.id }, { name: 'Run', value: run.id }, { name: 'Model SHA-256', value: run.modelSha256 }, { name: 'Data SHA-256', value: run.datasetSha256 }],
  }
}
