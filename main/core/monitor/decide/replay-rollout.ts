// Answers `monitor.rollout`: streams the rows of both sides through the rollout in the order of their time. Holds a window and minutes, never the rows.
import { mkdir } from 'node:fs/promises'
import { z } from 'zod'
import type { CallContext } from '../../../../shared/contract-kit.ts'
import { ModelTask } from '../../../../shared/domain/model.ts'
import { RolloutOutcome } from '../../../../shared/domain/rollout.ts'
import { Reference } from '../../../../shared/drift/reference.ts'
import { Thresholds } from '../../../../shared/drift/thresholds.ts'
import { formatPlural, formatShare } from '../../../../shared/format.ts'
import { canaryPlan } from '../../bundle/deploy/canary-plan.ts'
import { openDatabase, streamChunks } from '../../datasets/duckdb.ts'
import { answerCodes, ask, confidenceSql, number, type Ask } from '../analysis/log-counts.ts'
import { playRollout, rolloutMinutes, type StepTraffic } from './rollout-play.ts'
import { bothSides, filesOf, SidesPlan } from './side-plan.ts'

/** `control`: what served; `treatment`: what comes in. */
export const RolloutPlan = SidesPlan.extend({ folder: z.string(), task: ModelTask, positiveClass: z.string().nullable(), reference: Reference.nullable(), limits: Thresholds, alertsStop: z.boolean() })
export type RolloutPlan = z.infer<typeof RolloutPlan>

const count = z.number().int().nonnegative()
const Side = z.object({ rows: count, units: count, requests: count })
export const RolloutPlayed = z.object({ outcome: RolloutOutcome, control: Side, treatment: Side, from: z.number().nullable(), to: z.number().nullable(), mirrored: z.boolean() })
export type RolloutPlayed = z.infer<typeof RolloutPlayed>

type Counted = Omit<RolloutPlayed, 'outcome'>

/** What both sides hold from the moment on at which both are there; a canary that answers copies shares its requests with the stable version. */
async function counted(on: Ask, from: string): Promise<Counted> {
  const [span] = await ask(on, `SELECT greatest(min("time") FILTER (side = 0), min("time") FILTER (side = 1)), max("time") FROM ${from}`)
  const rows = await ask(on, `SELECT side, count(*), count(DISTINCT coalesce(unit, request_id)), count(*) FILTER ("row" = 0) FROM ${from} GROUP BY side`)
  const [shared] = await ask(on, `SELECT count(*) FROM (SELECT request_id FROM ${from} GROUP BY request_id HAVING count(DISTINCT side) = 2)`)
  const of = (side: number): z.infer<typeof Side> => { const row = rows.find(([s]) => number(s) === side); return { rows: number(row?.[1]), units: number(row?.[2]), requests: number(row?.[3]) } }
  const [control, treatment] = [of(0), of(1)]
  const time = (cell: unknown): number | null => (cell === null || cell === undefined ? null : Number(cell))
  return { control, treatment, from: control.rows === 0 || treatment.rows === 0 ? null : time(span?.[0]), to: time(span?.[1]), mirrored: 2 * number(shared?.[0]) > Math.min(control.requests, treatment.requests) }
}

/** Requests of both sides within the rollout itself: what the steps can be played with. */
async function trafficOf(on: Ask, from: string, start: number, mirrored: boolean): Promise<StepTraffic[]> {
  const rows = await ask(on, `SELECT side, count(*) FROM ${from} WHERE "row" = 0 AND "time" >= ${start} AND "time" < ${start + rolloutMinutes * 60_000} GROUP BY side`)
  const [stable, canary] = [0, 1].map((side) => number(rows.find(([s]) => number(s) === side)?.[1])) as [number, number]
  const all = mirrored ? stable : stable + canary
  return canaryPlan.shares.map((percent) => {
    const share = percent / 100
    const played = Math.min(all, canary / share, stable / (1 - share))
    return { canary: canary === 0 ? 0 : (share * played) / canary, stable: stable === 0 ? 0 : ((1 - share) * played) / stable, played: all === 0 ? 0 : Math.min(1, played / all) }
  })
}

/** Callers in an order of chance that is the same each time. */
const bucketSql = '(hash(coalesce(unit, request_id)) >> 11)::DOUBLE / 9007199254740992'

function columnsOf(plan: RolloutPlan): string[] {
  const codes = plan.reference === null ? [] : answerCodes(plan.reference, plan.task === 'regression')
  const code = (column: 'class' | 'score'): string => codes.find((c) => c.column === column)?.sql ?? '0'
  return ['side', '"time"', '"row"', 'outcome', 'latency_ms', bucketSql, code('class'), code('score'), confidenceSql(plan.task, plan.positiveClass), 'CASE WHEN truth IS NOT NULL AND label IS NOT NULL THEN truth = label END', 'truth_time', ...(plan.reference?.features ?? []).map((_, i) => `b${i}`)]
}

const finite = (cell: unknown): number | null => (cell === null || cell === undefined || !Number.isFinite(Number(cell)) ? null : Number(cell))

async function play(on: Ask, plan: RolloutPlan, from: string, start: number, traffic: readonly StepTraffic[], context: CallContext<{ step: string; done: number | null; total: number | null }>): Promise<RolloutOutcome> {
  const rollout = playRollout({ start, traffic, reference: plan.reference, limits: plan.limits, alertsStop: plan.alertsStop })
  const columns = columnsOf(plan)
  const features = plan.reference?.features.length ?? 0
  const sql = `SELECT ${columns.map((c, i) => `${c} AS c${i}`).join(', ')} FROM ${from} WHERE "time" >= ${start} ORDER BY "time", request_id, "row"`
  let rows = 0
  for await (const chunk of streamChunks(on.db, sql, on.signal, 'the logs')) {
    const cells = columns.map((_, i) => chunk.getColumnValues(i))
    for (let r = 0; r < chunk.rowCount; r++) {
      const at = (i: number): unknown => cells[i]![r]
      const bins = Array.from({ length: features }, (_, f) => at(11 + f))
      const goesOn = rollout.add({
        canary: number(at(0)) === 1, time: Number(at(1)), first: number(at(2)) === 0, outcome: String(at(3)), latencyMs: finite(at(4)), bucket: Number(at(5)), classCode: number(at(6)), scoreCode: number(at(7)), confidence: finite(at(8)),
        right: at(9) === null || at(9) === undefined ? null : at(9) === true, toldAt: finite(at(10)), bins: bins.some((b) => b === null || b === undefined) ? null : bins.map(Number),
      })
      if (!goesOn) return rollout.finish()
    }
    rows += chunk.rowCount
    context.progress({ step: `playing the rollout, ${formatPlural(rows, 'row')}`, done: null, total: null })
  }
  return rollout.finish()
}

function notesOf(plan: RolloutPlan, facts: Counted, traffic: readonly StepTraffic[]): string[] {
  const thin = traffic.findIndex((t) => t.played < 0.999)
  return [
    'Whether every canary verified its bundle is told by the servers alone, not by logs.',
    ...(facts.mirrored ? ['The canary answered copies of the same requests; each request counts for one side, as it would have.'] : []),
    ...(thin < 0 ? [] : [`From ${canaryPlan.shares[thin]!} % on, the logs hold too few requests of one side for all the traffic; ${formatShare(traffic[thin]!.played)} of it is played there.`]),
    ...(plan.reference === null ? ['There is no profile, so the answers of the canary are not checked.'] : []),
  ]
}

/** Errors: `job.cancelled`, `dataset.notReadable`. Where one side is missing, `from` is null and nothing was played. */
export async function replayRollout(plan: RolloutPlan, context: CallContext<{ step: string; done: number | null; total: number | null }>): Promise<RolloutPlayed> {
  await mkdir(plan.folder, { recursive: true })
  const db = await openDatabase(filesOf(plan), plan.folder)
  try {
    const on: Ask = { db, signal: context.signal }
    const from = bothSides(plan, { bins: (plan.reference?.features ?? []).map((f) => f.feature) })
    context.progress({ step: 'counting requests', done: null, total: null })
    const facts = await counted(on, from)
    const start = facts.from === null ? 0 : plan.from === null ? facts.from : Math.max(plan.from, facts.from)
    const traffic = await trafficOf(on, from, start, facts.mirrored)
    const outcome = await play(on, plan, from, start, traffic, context)
    return { ...facts, outcome: { ...outcome, notes: notesOf(plan, facts, traffic) } }
  } finally { db.close() }
}
