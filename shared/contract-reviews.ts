// The part of the contract about reviews: the own key, whose answers count, requests and answers. Spread in contract.ts.
import { z } from 'zod'
import { command, query } from './contract-kit.ts'
import { Identity, OpenedReview, Review, ReviewAnswerBody, ReviewDecision, Reviewer } from './domain/review.ts'
import { FileToken, RunId, VersionId } from './ids.ts'

const Empty = z.object({}).strict()

export const reviewContract = {
  'identity.get': query({ input: Empty, output: Identity, reads: ['reviews', 'settings'] }),
  'identity.make': command({ input: Empty, output: Identity, touches: ['reviews', 'app'] }),
  'reviewer.list': query({ input: Empty, output: z.array(Reviewer), reads: ['reviews'] }),
  'reviewer.trust': command({ input: z.object({ name: z.string().trim().min(1).max(120), file: FileToken, /** give a key that is trusted under another name this one */ rename: z.boolean().default(false) }), output: Reviewer, touches: ['reviews', 'history'] }),
  'reviewer.distrust': command({ input: z.object({ reviewer: z.string().describe('a name or a key id'), reason: z.string().max(10_000).default('') }), output: z.array(Reviewer), touches: ['reviews', 'history'] }),
  'review.list': query({ input: z.object({ versionId: VersionId.optional() }), output: z.array(Review), reads: ['reviews', 'versions'] }),
  'review.request': command({ input: z.object({ versionId: VersionId, /** absent: its newest finished run */ runId: RunId.optional(), message: z.string().trim().max(10_000).default(''), destination: FileToken }), output: Review, touches: ['reviews', 'versions', 'history', 'app'] }),
  /** What a request says, once its signature holds. */
  'review.open': command({ input: z.object({ file: FileToken }), output: OpenedReview, touches: [] }),
  'review.answer': command({ input: z.object({ file: FileToken, decision: ReviewDecision, comment: z.string().trim().max(10_000).default(''), destination: FileToken }), output: ReviewAnswerBody, touches: ['reviews', 'history', 'app'] }),
  'review.accept': command({ input: z.object({ file: FileToken }), output: Review, touches: ['reviews', 'versions', 'gates', 'history'] }),
  /** Takes approvals of a version back; answers its requests, newest first. */
  'review.revoke': command({ input: z.object({ versionId: VersionId, reason: z.string().trim().min(1).max(10_000), /** a name or a key id; absent: every approval */ by: z.string().optional() }), output: z.array(Review), touches: ['reviews', 'versions', 'gates', 'history'] }),
} as const
