// The part of the contract about deciding by what came home: A/B comparisons, rollouts played again, and what is kept of them. Spread in contract.ts.
import { z } from 'zod'
import { job, query } from './contract-kit.ts'
import { AbDesign, AbReport, AbRequest, AbSize } from './domain/ab.ts'
import { RolloutReport, RolloutRequest } from './domain/rollout.ts'
import { AbSide } from './domain/ab.ts'
import { Dataset } from './domain/dataset.ts'
import { LogRowsKind, Study, StudyKind, StudySummary } from './domain/study.ts'
import { ModelId, StudyId, VersionId } from './ids.ts'

const Step = z.object({ step: z.string(), done: z.number().nullable(), total: z.number().nullable() })
const kept = ['monitor', 'history'] as const

export const decideContract = {
  /** Rows that an A/B comparison needs, before anybody looks. `base`: a share on the first side; `deviation`: of a mean's rows. */
  'monitor.abSize': query({ input: AbDesign.extend({ measure: z.discriminatedUnion('kind', [z.object({ kind: z.literal('share'), base: z.number().min(0).max(1) }), z.object({ kind: z.literal('mean'), deviation: z.number().positive() })]), smallest: z.number().positive() }), output: AbSize, reads: [] }),
  /** Compares two sides of stored logs: whether callers were split as said, what differs, and whether that can be decided yet. Kept. */
  'monitor.ab': job({ input: AbRequest, progress: Step, output: AbReport, touches: [...kept] }),
  /** Plays the canary steps, checks and alert rules of the bundle on stored logs of both sides. Kept. */
  'monitor.rollout': job({ input: RolloutRequest, progress: Step, output: RolloutReport, touches: [...kept] }),
  /** Rows of stored logs with raw values (level 2) and true answers become a data set, copied, which tells where it came from. */
  'logs.dataset': job({ input: AbSide.extend({ which: LogRowsKind.default('labelled'), from: z.number().int().nonnegative().optional(), to: z.number().int().nonnegative().optional(), name: z.string().trim().min(1).max(120).optional() }), progress: Step, output: Dataset, touches: ['datasets', 'history'] }),
  /** What was kept, newest first. A version's: those that are about it. */
  'monitor.studies': query({ input: z.object({ modelId: ModelId.optional(), versionId: VersionId.optional(), kind: StudyKind.optional(), limit: z.number().int().positive().max(200).default(50) }), output: z.array(StudySummary), reads: ['monitor', 'models', 'versions'] }),
  'monitor.study': query({ input: z.object({ studyId: StudyId }), output: Study, reads: ['monitor', 'models'] }),
} as const
