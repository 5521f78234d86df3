// report.write: a run, a comparison or a check of a gate as one file that stands alone, at the chosen place, whole or not at all.
import { basename } from 'node:path'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { OutputOf } from '../../../shared/contract-kit.ts'
import type { ReportSubject } from '../../../shared/contract-report.ts'
import { hasBaselines } from '../../../shared/baselines/trivial.ts'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import type { FairnessReport } from '../../../shared/domain/fairness.ts'
import type { QualityReport } from '../../../shared/domain/quality.ts'
import type { SliceReport } from '../../../shared/domain/slices.ts'
import { SlipwayError, type ErrorCode } from '../../../shared/errors.ts'
import { findingWithoutPersonal } from '../../../shared/personal.ts'
import { comparisonReport } from '../../../shared/report/comparison-report.ts'
import { gateReport } from '../../../shared/report/gate-report.ts'
import { reportHtml } from '../../../shared/report/report-html.ts'
import type { Report } from '../../../shared/report/report.ts'
import { runReport, type RunEvidence } from '../../../shared/report/run-report.ts'
import { writeText } from '../files/write-text.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'
import { getDataset } from '../store/datasets.ts'
import { getCheck, getGate } from '../store/gates.ts'
import { listRunReports } from '../store/run-reports.ts'
import { getRun } from '../store/runs.ts'
import { getVersion } from '../store/versions.ts'
import { trivialOfRun } from './run-baseline.ts'
import { compareFinishedRuns } from './run-compare.ts'

/** Where data are flagged, their values stay in the workspace: parts of a report that would tell them are left out. */
function withoutFlagged({ personal }: Dataset, evidence: RunEvidence): RunEvidence {
  if (personal === undefined) return evidence
  const flagged = (column: string | null): boolean => personal.whole || (column !== null && personal.columns.includes(column))
  const slices: SliceReport | null = evidence.slices === null ? null : { ...evidence.slices, segments: evidence.slices.segments.filter((s) => !s.conditions.some((c) => flagged(c.column))) }
  const fairness: FairnessReport | null = evidence.fairness === null ? null : { ...evidence.fairness, tables: evidence.fairness.tables.filter((t) => !flagged(t.column)) }
  const quality: QualityReport | null = evidence.quality === null ? null : { ...evidence.quality, findings: evidence.quality.findings.filter((f) => !flagged(f.column)) }
  return { ...evidence, slices, fairness, quality }
}

async function reportOfRun(parts: Parts, runId: Extract<ReportSubject, { kind: 'run' }>['runId'], signal: AbortSignal): Promise<Report> {
  const { run, dataset, note, slices, fairness, quality, kept } = parts.store.read((db) => {
    const found = getRun(db, runId)
    return {
      run: found, dataset: getDataset(db, found.datasetId), note: getVersion(db, found.versionId).note, slices: listRunReports(db, runId, 'slices')[0]?.report ?? null,
      fairness: listRunReports(db, runId, 'fairness')[0]?.report ?? null, quality: listRunReports(db, runId, 'quality')[0]?.report ?? null, kept: listRunReports(db, runId, 'baselines')[0]?.report ?? null,
    }
  })
  if (run.status !== 'done') throw new SlipwayError('run.notFinished', { status: run.status })
  // Answers that retention has removed leave a report without this comparison, and it says nothing of it.
  const baselines = kept ?? (run.binding.target !== null && hasBaselines(run) ? await trivialOfRun(parts, runId, signal).catch(unlessGone) : null)
  return runReport(run, withoutFlagged(dataset, { baselines, slices, fairness, quality, note }))
}

const gone: readonly ErrorCode[] = ['store.blobMissing', 'run.noRows', 'run.retired', 'dataset.forgotten']

function unlessGone(thrown: unknown): null {
  if (thrown instanceof SlipwayError && gone.includes(thrown.code)) return null
  throw thrown
}

async function reportOf(parts: Parts, about: ReportSubject, context: JobContext): Promise<Report> {
  if (about.kind === 'run') return reportOfRun(parts, about.runId, context.signal)
  if (about.kind === 'comparison') return comparisonReport(await compareFinishedRuns(parts, { runs: about.runs, confidence: about.confidence, power: about.power, margins: about.margins }, context))
  return parts.store.read((db) => {
    const check = getCheck(db, about.checkId)
    const run = getRun(db, check.runId)
    const flags = getDataset(db, run.datasetId).personal
    return gateReport({ ...check, findings: check.findings.map((f) => findingWithoutPersonal(f, flags)) }, getGate(db, check.gateId), run)
  })
}

export interface ReportRequest { readonly about: ReportSubject; readonly format: 'html' | 'pdf'; readonly target: string }

/** Errors: `input.unknownId`, `run.notFinished`, those of `run.compare`, `shell.unavailable` for a PDF without the application, `file.*`. */
export async function writeReport(parts: Parts, { about, format, target }: ReportRequest, context: JobContext): Promise<OutputOf<SlipwayContract['report.write']>> {
  const { shell } = parts
  if (format === 'pdf' && shell === null) throw new SlipwayError('shell.unavailable', { action: 'Printing a report as PDF' })
  context.progress({ step: 'gathering', done: null, total: null }, null)
  const html = reportHtml(await reportOf(parts, about, context))
  const done = (bytes: number): OutputOf<SlipwayContract['report.write']> => ({ fileName: basename(target), bytes })
  if (format === 'html' || shell === null) {
    await writeText(target, html)
    return done(Buffer.byteLength(html))
  }
  context.progress({ step: 'printing', done: null, total: null }, 0.6)
  const pdf = Buffer.from(await shell.printPdf(html))
  context.signal.throwIfAborted()
  await writeText(target, pdf.toString('base64'), 'base64')
  return done(pdf.byteLength)
}
