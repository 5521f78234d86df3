// A review between people without a server: a signed request with the evidence, signed answers to it, and whose keys are trusted.
// Both files are small JSON texts: `body` is what is said, `signature` an Ed25519 signature over its canonical form (RFC 8785).
import { z } from 'zod'
import { CheckId, DatasetId, EventId, ReviewId, RunId, Sha256, VersionId } from '../ids.ts'
import { VersionState } from './life.ts'
import { ModelTask, Signature } from './model.ts'
import { MetricValue, RowAccount } from './run.ts'

export const KeyId = z.string().regex(/^[0-9a-f]{16}$/, 'not a key id')

/** Whose word it is: a name as that person gives it, and the public key that proves it is always the same person. */
export const Signer = z.object({ name: z.string().trim().min(1).max(120), keyId: KeyId, publicKey: z.string().max(1000).describe('PEM') }).strict()
export type Signer = z.infer<typeof Signer>

/** What a reviewer judges by: every number as it is stored where the request was made. */
export const ReviewEvidence = z.object({
  model: z.object({ name: z.string(), number: z.number().int(), versionId: VersionId, /** of the imported file */ sha256: Sha256, /** of the one that runs: another one after a rewrite */ modelSha256: Sha256, bytes: z.number().int(), signature: Signature }).strict(),
  run: z.object({
    id: RunId, datasetId: DatasetId, datasetName: z.string(), datasetSha256: Sha256, task: ModelTask, rows: RowAccount.nullable(), device: z.string(), endedAt: z.number().int().nullable(),
    /** of the binding's canonical form */
    bindingSha256: Sha256,
    /** The whole data set, no slices. */
    metrics: z.array(MetricValue), notes: z.array(z.string()), /** assumptions that nobody has confirmed */ guesses: z.array(z.string()),
  }).strict(),
  gate: z.object({
    checkId: CheckId, revision: z.number().int(), passed: z.boolean(), checkedAt: z.number().int(),
    findings: z.array(z.object({ verdict: z.enum(['pass', 'fail', 'not-established']), sentence: z.string() }).strict()),
    override: z.object({ name: z.string(), reason: z.string() }).strict().nullable(),
  }).strict().nullable(),
  /** The policy by whose rules an approval counts: that of the judgement, otherwise the model's own. null: there was none. Absent in requests of older versions of Slipway. */
  policy: z.object({ revision: z.number().int(), /** of the canonical form of its rules but for those about approvals */ sha256: Sha256, /** in words */ rules: z.array(z.string()) }).strict().nullable().optional(),
}).strict()
export type ReviewEvidence = z.infer<typeof ReviewEvidence>

export const ReviewRequestBody = z.object({
  schema: z.literal('slipway.review-request/1'), id: ReviewId, createdAt: z.number().int(), author: Signer, message: z.string().max(10_000),
  /** How many people have to approve, and whether the author may be one of them: as the policy says, otherwise one other person. */
  needed: z.number().int().positive(), authorMayApprove: z.boolean(), evidence: ReviewEvidence,
}).strict()
export type ReviewRequestBody = z.infer<typeof ReviewRequestBody>

export const ReviewDecision = z.enum(['approve', 'reject'])
export type ReviewDecision = z.infer<typeof ReviewDecision>

export const ReviewAnswerBody = z.object({
  schema: z.literal('slipway.review-answer/1'), requestId: ReviewId, /** of the request's canonical body: this very evidence, no other */ requestSha256: Sha256,
  modelName: z.string(), modelNumber: z.number().int(), decision: ReviewDecision, comment: z.string().max(10_000), answeredAt: z.number().int(), reviewer: Signer,
}).strict()
export type ReviewAnswerBody = z.infer<typeof ReviewAnswerBody>

const SignatureText = z.string().regex(/^[A-Za-z0-9+/]{86}==$/, 'not an Ed25519 signature in base64')
export const SignedRequest = z.object({ body: ReviewRequestBody, signature: SignatureText }).strict()
export const SignedAnswer = z.object({ body: ReviewAnswerBody, signature: SignatureText }).strict()
export type SignedRequest = z.infer<typeof SignedRequest>
export type SignedAnswer = z.infer<typeof SignedAnswer>

/** Somebody whose answers count in this workspace. */
export const Reviewer = Signer.extend({ since: z.number().int() })
export type Reviewer = z.infer<typeof Reviewer>

/** Who this workspace signs as. `kept`: where the private half lies; `none`: there is no key yet. */
export const Identity = z.object({ name: z.string(), keyId: KeyId.nullable(), publicKey: z.string().nullable(), kept: z.enum(['none', 'file', 'passphrase', 'system', 'locked']) })
export type Identity = z.infer<typeof Identity>

export const ReviewAnswer = z.object({ requestId: ReviewId, decision: ReviewDecision, comment: z.string(), name: z.string(), keyId: KeyId, answeredAt: z.number().int(), recordedAt: z.number().int(),
  /** The approval was taken back: by its reviewer's later signed answer, or by somebody in this workspace. */
  revoked: z.object({ at: z.number().int(), reason: z.string(), byReviewer: z.boolean() }).optional(),
  /** Why the answer is not believed, as a sentence: its signature, or its key. Absent: it is. */
  doubt: z.string().optional(),
})
export type ReviewAnswer = z.infer<typeof ReviewAnswer>

/** A request that was made here, with what came back. `open`: it is the newest of its version, and waits for answers. */
export const Review = z.object({ body: ReviewRequestBody, sha256: Sha256, versionId: VersionId, state: VersionState, open: z.boolean(), answers: z.array(ReviewAnswer), eventId: EventId })
export type Review = z.infer<typeof Review>

/** What a handed-over request says after every check: signed by whom, and whether it fits what this workspace knows. */
export const OpenedReview = z.object({
  body: ReviewRequestBody, sha256: Sha256,
  /** The author's key is the one this workspace signs with. */
  own: z.boolean(),
  /** The author is trusted here under this name; null: the key is not known here, so the name is a claim. */
  knownAs: z.string().nullable(),
  /** Why this workspace's own key may not answer; null: it may. */
  mayNotAnswer: z.string().nullable(),
})
export type OpenedReview = z.infer<typeof OpenedReview>

/** A request that was handed over and opened here; it waits until it is answered or put aside. */
export const ReceivedReview = OpenedReview.extend({
  receivedAt: z.number().int(),
  /** The newest answer that was signed here. */
  answer: z.object({ decision: ReviewDecision, comment: z.string(), answeredAt: z.number().int() }).nullable(),
  aside: z.object({ at: z.number().int(), reason: z.string() }).nullable(),
})
export type ReceivedReview = z.infer<typeof ReceivedReview>

/** A review file taken in: a request to be looked at, or an answer that was recorded. */
export const TakenReview = z.discriminatedUnion('kind', [z.object({ kind: z.literal('request'), opened: OpenedReview }), z.object({ kind: z.literal('answer'), review: Review })])
export type TakenReview = z.infer<typeof TakenReview>

/** How many requests made here wait for answers, and how many from elsewhere wait for the answer of this workspace. */
export const ReviewCounts = z.object({ asked: z.number().int(), received: z.number().int() })
export type ReviewCounts = z.infer<typeof ReviewCounts>
