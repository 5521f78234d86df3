// What the registry knows of a release, for the evidence in its bundle: state, aliases, reviews, comparisons, groups, the place in the record.
import type { BundleManifest } from '../../../shared/domain/bundle.ts'
import type { Dataset } from '../../../shared/domain/dataset.ts'
import type { FairnessReport } from '../../../shared/domain/fairness.ts'
import type { GateCheck } from '../../../shared/domain/gate.ts'
import type { Version } from '../../../shared/domain/model.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { Approvals } from '../bundle/seal/approvals.ts'
import type { ReleaseFacts } from '../bundle/seal/evidence.ts'
import { listAliases } from '../store/aliases.ts'
import { recordEntry } from '../store/audit-state.ts'
import type { ReadDb } from '../store/database.ts'
import { stateHistory, versionState } from '../store/life.ts'
import { findReview, signedReview, standingApprovals } from '../store/reviews.ts'
import { listRunReports } from '../store/run-reports.ts'

/** The state in which the version was exported first: its release by an export is a consequence, and would make the next export another. */
function stateBefore(db: ReadDb, version: Version): string {
  const [newest] = stateHistory(db, version.id)
  return newest?.action === 'release' ? newest.from ?? 'draft' : versionState(db, version.id)
}

function withoutFlagged(report: FairnessReport | null, dataset: Dataset): FairnessReport | null {
  const { personal } = dataset
  if (report === null || personal === undefined) return report
  return personal.whole ? null : { ...report, tables: report.tables.filter((t) => !personal.columns.includes(t.column)), skipped: report.skipped.filter((s) => !personal.columns.includes(s.column)) }
}

interface Reviewed { readonly given: Approvals | null; readonly approved: readonly { readonly name: string; readonly keyId: string }[] }

/** The newest request about this run and these bytes, with the answers that still stand: an approval that was taken back, or is doubtful, is left out. */
function reviewed(db: ReadDb, version: Version, run: Run): Reviewed {
  const found = signedReview(db, version.id)
  const parsed = Approvals.safeParse({ schema: 'slipway.approval/1', ...found })
  if (!parsed.success) return { given: null, approved: [] }
  const { request, answers } = parsed.data
  if (request.body.evidence.run.id !== run.id || request.body.evidence.model.modelSha256 !== run.modelSha256) return { given: null, approved: [] }
  const standing = standingApprovals(findReview(db, request.body.id)?.answers ?? [])
  const stands = (keyId: string): boolean => standing.some((a) => a.keyId === keyId)
  return { given: { ...parsed.data, answers: answers.filter(({ body }) => body.decision === 'reject' || stands(body.reviewer.keyId)) }, approved: standing.map(({ name, keyId }) => ({ name, keyId })) }
}

/** `first`: the manifest of the very same bundle, exported before; how the version stood then stays as it was. */
export function releaseFacts(db: ReadDb, of: { readonly version: Version; readonly run: Run; readonly check: GateCheck; readonly dataset: Dataset }, first: BundleManifest | null): ReleaseFacts {
  const { version, run, check } = of
  const { given, approved } = reviewed(db, version, run)
  const release = first?.release ?? {
    state: stateBefore(db, version), aliases: listAliases(db, version.modelId).filter((a) => a.target?.versionId === version.id).map((a) => a.alias).sort(),
    approvals: { needed: given?.request.body.needed ?? 0, approved: [...approved] }, record: recordEntry(db, 'gate_checks', check.id),
  }
  // What the gate could know: reports of later would make the next export of the same judgement another bundle.
  const until = <T extends { readonly at: number }>(reports: readonly T[]): readonly T[] => reports.filter((r) => r.at <= check.checkedAt)
  return {
    release, approvals: given, fairness: withoutFlagged(until(listRunReports(db, run.id, 'fairness'))[0]?.report ?? null, of.dataset),
    comparisons: [...until(listRunReports(db, run.id, 'paired')).map((r) => ({ kind: 'paired', ...r.report })), ...until(listRunReports(db, run.id, 'baselines')).slice(0, 1).map((r) => ({ kind: 'baselines', ...r.report }))],
  }
}
