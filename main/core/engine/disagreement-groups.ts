// Answers `disagreements`: in which parts of the data two runs differ most, by the tree that finds weak segments. Runs no model.
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { DisagreementKind, DisagreementSegment } from '../../../shared/domain/verdict.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { type GroupedColumn, mostGroups } from '../../../shared/slices/grouped-column.ts'
import { rowsOfSegment } from '../../../shared/slices/segment-rows.ts'
import type { Outcomes } from '../../../shared/slices/slice-table.ts'
import { weakSegments } from '../../../shared/slices/weak-segments.ts'
import { pictureClass, readDisagreements, type PairedDifferences } from '../datasets/disagreement-rows.ts'
import { listPictures } from '../images/image-folder.ts'
import type { EngineContract } from './engine-contract.ts'
import { readScoredColumns, type Reading } from './scored-columns.ts'
import { groupReading } from './slices.ts'

type Method = EngineContract['disagreements']

const mostColumns = 200

async function readings(input: InputOf<Method>, records: Uint32Array, signal: AbortSignal): Promise<readonly Reading[]> {
  const { source, leaveOut } = input
  if (source.format.kind !== 'images') return readScoredColumns(source, source.columns.filter((c) => !leaveOut.includes(c.name)).slice(0, mostColumns), records, signal)
  if (source.format.masks !== undefined || source.format.boxes !== undefined) return []
  const { entries } = await listPictures(source.path, source.format, signal)
  return [{ name: pictureClass, numbers: null, texts: Array.from(records, (record) => entries[record - 1]?.label ?? null) }]
}

const sum = (values: Uint8Array, inside: Uint8Array | null = null): number => {
  let total = 0
  for (let i = 0; i < values.length; i++) total += inside === null || inside[i] === 1 ? values[i]! : 0
  return total
}

/** Agreement as the accuracy that a segment is weak in; of numbers the size of the difference as an error. */
const outcomesOf = ({ differs, size, decisions }: PairedDifferences): Outcomes => decisions
  ? { metric: 'accuracy', score: Float64Array.from(differs, (d) => 1 - d), truth: null, predicted: null }
  : { metric: 'mae', score: size, truth: null, predicted: null }

function segmentsOf(pairs: PairedDifferences, grouped: readonly GroupedColumn[], { minimumRows, level, seed }: InputOf<Method>): DisagreementSegment[] {
  const rows = pairs.records.length
  return weakSegments(grouped, outcomesOf(pairs), pairs.records, { minimumRows, level, seed }).map(({ conditions, score, difference, p }): DisagreementSegment => {
    const inside = rowsOfSegment(grouped, conditions, rows)
    const counts = { rows: sum(inside), differing: sum(pairs.differs, inside), firstBetter: sum(pairs.firstBetter, inside), secondBetter: sum(pairs.secondBetter, inside) }
    // Agreement turned round: the share that differs.
    return pairs.decisions
      ? { conditions, ...counts, value: 1 - score.value, low: 1 - score.high, high: 1 - score.low, elsewhere: 1 - (score.value - difference), p }
      : { conditions, ...counts, value: score.value, low: score.low, high: score.high, elsewhere: score.value - difference, p }
  })
}

/** Errors: `input.invalid` for runs that share no row, `dataset.*`, `job.cancelled`. */
export async function groupDisagreements(input: InputOf<Method>, context: CallContext<{ step: string, done: number | null, total: number | null }>): Promise<OutputOf<Method>> {
  const { signal } = context
  context.progress({ step: 'pairing the rows', done: 0, total: 2 })
  const pairs = await readDisagreements(input.first, input.second, input.task, signal)
  if (pairs.records.length === 0) throw new SlipwayError('input.invalid', { reason: 'the two runs have no scored row with a true answer in common' })
  const differing = sum(pairs.differs)
  const [first, second] = [sum(pairs.firstBetter), sum(pairs.secondBetter)]
  const named: readonly (readonly [DisagreementKind, number])[] = [[pairs.decisions ? 'first-right' : 'first-closer', first], [pairs.decisions ? 'second-right' : 'second-closer', second], ['both-wrong', differing - first - second]]
  const answer = { paired: pairs.records.length, differing, kinds: named.filter(([kind, rows]) => pairs.decisions || kind !== 'both-wrong' || rows > 0).map(([kind, rows]) => ({ kind, rows })) }
  if (differing === 0) return { ...answer, segments: [], notes: ['The two give the same answer in every row.'] }
  context.progress({ step: 'looking for the parts of the data where they differ', done: 1, total: 2 })
  const read = await readings(input, pairs.records, signal)
  const notes: string[] = []
  const grouped = read.flatMap((reading): GroupedColumn[] => {
    const group = groupReading(reading)
    if (group === null) notes.push(`${reading.name} has more than ${mostGroups} different values and was not cut.`)
    return group === null || group.labels.length < 2 ? [] : [group]
  })
  const segments = segmentsOf(pairs, grouped, input)
  const none = read.length === 0 ? 'These pictures have no columns or classes by which they could be grouped.' : 'In no part of the data do the two differ clearly more than elsewhere.'
  return { ...answer, segments, notes: segments.length === 0 ? [none, ...notes] : notes }
}
