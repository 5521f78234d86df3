// What was found by setting returned logs against something, as it is kept: one union of all kinds, and what a list tells of each.
import { z } from 'zod'
import { StudyId, VersionId } from '../ids.ts'
import { AbReport } from './ab.ts'
import { RolloutReport } from './rollout.ts'

export const Study = z.discriminatedUnion('kind', [AbReport, RolloutReport])
export type Study = z.infer<typeof Study>

/** Rows of logs that become a data set. `wrong`: answered otherwise than the true answer says. */
export const LogRowsKind = z.enum(['all', 'labelled', 'wrong'])
export type LogRowsKind = z.infer<typeof LogRowsKind>

export const StudyKind = z.enum(['ab', 'rollout', 'replay', 'twin'])
export type StudyKind = z.infer<typeof StudyKind>

/** One in a list. `versionId`: the version that it is about, the second side of a comparison. */
export const StudySummary = z.object({ id: StudyId, kind: StudyKind, versionId: VersionId, modelName: z.string(), versionNumber: z.number().int(), createdAt: z.number().int(), who: z.string().nullable(), verdict: z.string(), sentence: z.string() })
export type StudySummary = z.infer<typeof StudySummary>
