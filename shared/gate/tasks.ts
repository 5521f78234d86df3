// What could be run so that rules get an answer: work of the same kind joined, each piece with a title and its cost. Runs nothing.
import { deviceWord } from '../device-names.ts'
import type { GateTask, GateWork } from '../domain/gate.ts'
import type { Run } from '../domain/run.ts'
import { formatCount, formatDuration, formatPlural } from '../format.ts'
import { metricLabel } from '../metrics/metric-text.ts'
import { mostLevels } from '../domain/stress.ts'
import { stressKinds } from '../stress/kinds.ts'
import { someOf } from './finding.ts'

type Measured = Pick<Run, 'rows' | 'timing'>

interface Wanted { work: GateWork, readonly rules: number[] }

/** Whether the answer of `a` answers `b` too, or both can be asked at once. */
function joined(a: GateWork, b: GateWork): GateWork | null {
  if (JSON.stringify(a) === JSON.stringify(b)) return a
  if (a.what === 'slices' && b.what === 'slices' && a.minimumRows === b.minimumRows && (a.columns === null || b.columns === null)) return { ...a, columns: null }
  if (a.what === 'speed' && b.what === 'speed' && a.device === b.device) {
    const sizes = [...new Set([...(a.batchSizes ?? []), ...(b.batchSizes ?? [])])].sort((x, y) => x - y)
    return { ...a, batchSizes: sizes.length === 0 ? null : sizes }
  }
  if (a.what === 'parity' && b.what === 'parity' && a.device === b.device && a.against === b.against) return { ...a, rows: Math.max(a.rows, b.rows) }
  return null
}

const beside = (training: string | null): string => (training === null ? '' : ` beside ${training}`)

function titleOf(work: GateWork): string {
  switch (work.what) {
    case 'evaluate': return `Evaluate this version on ${work.data}`
    case 'slices': return work.columns === null ? 'Cut the rows into slices by every column' : `Cut the rows into slices by ${someOf(work.columns, 3)}`
    case 'fairness': return `Compare the groups of ${someOf(work.columns, 3)}`
    case 'baselines': return work.training === null ? 'Compare with answers that need no model' : `Compare with a small tree from ${work.training}`
    case 'quality': return `Look through the scored rows${beside(work.training)}`
    case 'newest-time': return `Find the newest ${work.column}`
    case 'paired': return `Compare ${metricLabel(work.metric, work.slice)} row by row with the other run`
    case 'stress': return `Spoil the data: ${work.kinds.map((kind) => stressKinds[kind].title.toLowerCase()).join(', ')}`
    case 'speed': return `Time the model on ${deviceWord(work.device)}${work.batchSizes === null ? '' : ` with ${work.batchSizes.map(formatCount).join(', ')} ${work.batchSizes.length === 1 && work.batchSizes[0] === 1 ? 'row' : 'rows'} a call`}`
    case 'parity': return `Compare the answers on ${deviceWord(work.device)} with those on ${deviceWord(work.against)}`
  }
}

const startSeconds = 3
const secondsOfBatch = 2.5
const usualBatches = 5
/** Rows of a table that are read and counted in a second, roughly. */
const readRate = 100_000

/** Rows through the model and about the seconds, from the speed of the run itself. */
function costOf(work: GateWork, run: Measured): Pick<GateTask, 'modelRows' | 'seconds'> {
  const rows = run.rows?.read ?? 0
  const rate = run.timing?.rowsPerSecond ?? null
  const through = (modelRows: number): Pick<GateTask, 'modelRows' | 'seconds'> => ({ modelRows, seconds: rate === null || rate <= 0 ? null : startSeconds + modelRows / rate })
  switch (work.what) {
    case 'evaluate': return { modelRows: 0, seconds: null }
    case 'stress': return through(rows * (1 + work.kinds.length * mostLevels))
    case 'parity': return through(2 * Math.min(rows, work.rows))
    case 'speed': return { modelRows: 0, seconds: startSeconds + (work.batchSizes?.length ?? usualBatches) * secondsOfBatch }
    default: return { modelRows: 0, seconds: 1 + rows / readRate }
  }
}

/** The work that the rules of a policy wait for, the cheap ones first. `needs`: one entry a rule. */
export function gateTasks(needs: readonly (GateWork | null)[], run: Measured): GateTask[] {
  const wanted: Wanted[] = []
  needs.forEach((work, rule) => {
    if (work === null) return
    const same = wanted.find((w) => joined(w.work, work) !== null)
    if (same === undefined) { wanted.push({ work, rules: [rule] }); return }
    same.work = joined(same.work, work) ?? same.work
    same.rules.push(rule)
  })
  return wanted.map(({ work, rules }) => ({ work, rules, title: titleOf(work), ...costOf(work, run) })).sort((a, b) => (a.seconds ?? Infinity) - (b.seconds ?? Infinity) || a.rules[0]! - b.rules[0]!)
}

/** What a task costs, for people. */
export function costWords(task: Pick<GateTask, 'modelRows' | 'seconds'>): string {
  const rows = task.modelRows === 0 ? '' : `${formatPlural(task.modelRows, 'row')} through the model, `
  return task.seconds === null ? `${rows}for a time that nothing tells yet` : `${rows}about ${formatDuration(Math.max(1, Math.round(task.seconds)) * 1000)}`
}
