// The part of the contract about reviews: the own key, whose answers count, requests and answers. Spread in contract.ts.
import { z } from 'zod'
import { command, query } from './contract-kit.ts'
import { Identity, OpenedReview, ReceivedReview, Review, ReviewAnswerBody, ReviewCounts, ReviewDecision, Reviewer, TakenReview } from './domain/review.ts'
import { FileToken, ReviewId, RunId, Sha256, VersionId } from './ids.ts'

const Empty = z.object({}).strict()

export const reviewContract = {
  'identity.get': query({ input: Empty, output: Identity, reads: ['reviews', 'settings'] }),
  'identity.make': command({ input: Empty, output: Identity, touches: ['reviews', 'app'] }),
  'reviewer.list': query({ input: Empty, output: z.array(Reviewer), reads: ['reviews'] }),
  'reviewer.trust': command({ input: z.object({ name: z.string().trim().min(1).max(120), file: FileToken, /** give a key that is trusted under another name this one */ rename: z.boolean().default(false) }), output: Reviewer, touches: ['reviews', 'history'] }),
  'reviewer.distrust': command({ input: z.object({ reviewer: z.string().describe('a name or a key id'), reason: z.string().max(10_000).default('') }), output: z.array(Reviewer), touches: ['reviews', 'history'] }),
  'review.list': query({ input: z.object({ versionId: VersionId.optional() }), output: z.array(Review), reads: ['reviews', 'versions'] }),
  'review.request': command({ input: z.object({ versionId: VersionId, /** absent: its newest finished run */ runId: RunId.optional(), message: z.string().trim().max(10_000).default(''), destination: FileToken }), output: Review, touches: ['reviews', 'versions', 'history', 'app'] }),
  /** What others asked for and was opened here, what waits first. */
  'review.received': query({ input: Empty, output: z.array(ReceivedReview), reads: ['reviews'] }),
  'review.counts': query({ input: Empty, output: ReviewCounts, reads: ['reviews', 'versions'] }),
  /** What a request says, once its signature holds. From now on it waits here for an answer. */
  'review.open': command({ input: z.object({ file: FileToken }), output: OpenedReview, touches: ['reviews', 'history'] }),
  /** A request is opened, an answer accepted: the file itself says which of them it is. */
  'review.take': command({ input: z.object({ file: FileToken }), output: TakenReview, touches: ['reviews', 'versions', 'gates', 'history'] }),
  /** The request is named by its file, or by its hash when it was opened here before. */
  'review.answer': command({
    input: z.object({ file: FileToken.optional(), request: Sha256.optional(), decision: ReviewDecision, comment: z.string().trim().max(10_000).default(''), destination: FileToken })
      .refine((wish) => (wish.file === undefined) !== (wish.request === undefined), 'either the file of the request or its hash is wanted'),
    output: ReviewAnswerBody, touches: ['reviews', 'history', 'app'],
  }),
  /** A request from elsewhere that nobody here will answer: it stays in the record and waits no more. */
  'review.aside': command({ input: z.object({ request: ReviewId, reason: z.string().trim().max(10_000).default('') }), output: z.array(ReceivedReview), touches: ['reviews', 'history'] }),
  'review.accept': command({ input: z.object({ file: FileToken }), output: Review, touches: ['reviews', 'versions', 'gates', 'history'] }),
  /** Takes approvals of a version back; answers its requests, newest first. */
  'review.revoke': command({ input: z.object({ versionId: VersionId, reason: z.string().trim().min(1).max(10_000), /** a name or a key id; absent: every approval */ by: z.string().optional() }), output: z.array(Review), touches: ['reviews', 'versions', 'gates', 'history'] }),
} as const
