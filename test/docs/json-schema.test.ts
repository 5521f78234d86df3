// The JSON that the command line prints is documented by schemas made from the contract. Run with UPDATE_DOCS=1 to write them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { contract, ImportOutcome } from '../../shared/contract.ts'
import { AuditReport } from '../../shared/domain/audit.ts'
import { BindingProblem, Proposal } from '../../shared/domain/binding.ts'
import { BaselineReport } from '../../shared/domain/baseline.ts'
import { FairnessReport } from '../../shared/domain/fairness.ts'
import { QualityReport } from '../../shared/domain/quality.ts'
import { NearRows } from '../../shared/domain/run-rows.ts'
import { Bundle, VerifyReport } from '../../shared/domain/bundle.ts'
import { CalibrationReport } from '../../shared/domain/calibration.ts'
import { Comparison } from '../../shared/domain/compare.ts'
import { RunComparison } from '../../shared/domain/verdict.ts'
import { Dataset } from '../../shared/domain/dataset.ts'
import { ParityReport, SpeedReport } from '../../shared/domain/device-report.ts'
import { Explanation } from '../../shared/domain/explanation.ts'
import { Gate, GateCheck } from '../../shared/domain/gate.ts'
import { GatePolicy } from '../../shared/domain/gate-rules.ts'
import { HistoryEvent } from '../../shared/domain/history.ts'
import { Alert, AlertDecision, MonitorOverview } from '../../shared/domain/monitor.ts'
import { ModelDiff } from '../../shared/domain/model-diff.ts'
import { Care } from '../../shared/domain/care.ts'
import { VersionLife } from '../../shared/domain/life.ts'
import { Timeline } from '../../shared/domain/timeline.ts'
import { Version } from '../../shared/domain/model.ts'
import { Occlusion } from '../../shared/domain/occlusion.ts'
import { RetentionPlan } from '../../shared/domain/retention.ts'
import { StressTest } from '../../shared/domain/stress.ts'
import { SliceReport } from '../../shared/domain/slices.ts'
import { ThresholdReport } from '../../shared/domain/thresholds.ts'
import { PackReport, UnpackReport } from '../../shared/domain/pack.ts'
import { BackupReport, RestoreReport, WorkspaceCheck } from '../../shared/domain/workspace.ts'
import { ErrorRecord, PredictionPage, ProviderStatus, Run } from '../../shared/domain/run.ts'

const outputs = {
  import: z.array(ImportOutcome), inspect: Version, 'dataset-add': Dataset, 'dataset-show': Dataset, 'dataset-list': z.array(Dataset),
  'binding-propose': Proposal, 'binding-check': z.object({ fits: z.boolean(), problems: z.array(BindingProblem) }),
  slices: SliceReport, threshold: ThresholdReport, 'metric-add': contract['metric.add'].output, 'metric-list': contract['metric.list'].output, 'metric-try': contract['metric.compute'].output, calibrate: CalibrationReport, explain: Explanation, compare: Comparison.extend({ verdict: RunComparison.nullable() }), diff: ModelDiff, gate: GateCheck,
  'policy-check': z.object({ valid: z.literal(true), schema: z.string(), rules: z.number().int(), fault: z.string().nullable() }), 'policy-show': Gate, 'policy-history': z.array(Gate), 'policy-diff': z.array(z.object({ change: z.enum(['added', 'removed', 'changed', 'same']), rule: z.string(), words: z.string() })),
  preflight: contract['bundle.preflight'].output, bundles: contract['bundle.overview'].output, 'bundle-diff': contract['bundle.compare'].output, export: Bundle.extend({ path: z.string() }), verify: VerifyReport,
  evaluate: Run.extend({ baselines: BaselineReport.nullable() }), baseline: BaselineReport, quality: QualityReport, fairness: FairnessReport, neighbours: NearRows, rows: PredictionPage.extend({ columns: z.array(z.string()), cells: z.array(z.array(z.string().nullable())) }),
  stress: StressTest, 'explain-picture': Occlusion,
  history: z.array(HistoryEvent), 'history-model': contract['model.get'].output, devices: z.array(ProviderStatus), error: z.object({ error: ErrorRecord }),
  parity: ParityReport, speed: SpeedReport,
  'bundle-encrypt': contract['bundle.encrypt'].output, 'bundle-layout': contract['bundle.layout'].output,
  drift: MonitorOverview, 'monitor-show': z.object({ overview: MonitorOverview, quality: contract['monitor.quality'].output, alerts: z.array(Alert) }), 'monitor-alerts': contract['monitor.alerts'].output, 'monitor-decide': AlertDecision, 'monitor-ab': contract['monitor.ab'].output, 'monitor-rollout': contract['monitor.rollout'].output, 'monitor-ab-size': contract['monitor.abSize'].output, graph: contract['version.graph'].output,
  report: contract['report.write'].output.extend({ path: z.string() }),
  fsck: WorkspaceCheck, backup: BackupReport, 'restore-backup': RestoreReport, pack: PackReport, unpack: UnpackReport,
  'dataset-personal': Dataset, 'dataset-forget': Dataset, 'retention-preview': RetentionPlan, 'retention-run': RetentionPlan, 'audit-verify': AuditReport, 'audit-export': contract['audit.export'].output.extend({ path: z.string() }),
  promote: contract['alias.set'].output, rollback: contract['alias.rollback'].output, aliases: contract['alias.list'].output, 'aliases-history': contract['alias.history'].output, 'promote-preview': contract['alias.preview'].output,
  state: VersionLife, submit: VersionLife, withdraw: VersionLife, retire: VersionLife, archive: VersionLife, restore: VersionLife, owners: Care, timeline: Timeline,
  search: contract['search.run'].output, views: contract['view.list'].output, leaderboard: contract['leaderboard.get'].output, trend: contract['model.trend'].output,
  'deployments-list': contract['deployment.list'].output, 'deployments-timeline': contract['deployment.timeline'].output, 'deployments-record': contract['deployment.record'].output, 'deployments-ask': contract['deployment.ask'].output,
  'logs-look': contract['logs.look'].output, 'logs-import': contract['logs.import'].output, 'logs-list': contract['logs.list'].output, 'logs-labels': contract['logs.labels'].output, 'logs-coverage': contract['logs.coverage'].output, 'logs-dataset': contract['logs.dataset'].output, 'logs-forget': contract['logs.forget'].output,
} as const
const folder = resolve(import.meta.dirname, '../../docs/json')

test.each(Object.entries(outputs))('docs/json/%s.json is the schema of what is printed', (name, schema) => {
  const made = `${JSON.stringify({ title: `slipway ${name.replace('-', ' ')} --json`, ...z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any', reused: 'ref' }) }, null, 1)}\n`
  const file = join(folder, `${name}.json`)
  if (process.env['UPDATE_DOCS'] === '1') { mkdirSync(folder, { recursive: true }); writeFileSync(file, made) }
  expect(readFileSync(file, 'utf8')).toBe(made)
})

test('docs/json/gate-policy.json is the schema of a policy file, for editors', () => {
  const made = `${JSON.stringify({ title: 'A gate policy of Slipway', ...z.toJSONSchema(GatePolicy, { io: 'input', unrepresentable: 'any' }) }, null, 1)}\n`
  const file = join(folder, 'gate-policy.json')
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, made)
  expect(readFileSync(file, 'utf8')).toBe(made)
})
