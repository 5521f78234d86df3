// Answers to the questions about reviews, reviewers and the own key.
import type { SlipwayContract } from '../../shared/contract.ts'
import type { Handlers } from '../../shared/contract-kit.ts'
import { identityOf, makeIdentity } from './operations/identity-make.ts'
import { acceptAnswer } from './operations/review-accept.ts'
import { answerReview, openReview, putAside, receivedReviews } from './operations/review-answer.ts'
import { revokeApprovals } from './operations/review-revoke.ts'
import { requestReview } from './operations/review-request.ts'
import { takeReview } from './operations/review-take.ts'
import { distrustReviewer, trustReviewer } from './operations/reviewer-trust.ts'
import type { Parts } from './parts.ts'
import { countReceivedWaiting } from './store/received.ts'
import { countWaiting, listReviewers, listReviews } from './store/reviews.ts'

type Answers<K extends keyof SlipwayContract> = Pick<Handlers<SlipwayContract>, K>

export const reviewQueries = (parts: Parts): Answers<'identity.get' | 'reviewer.list' | 'review.list' | 'review.received' | 'review.counts'> => ({
  'identity.get': () => identityOf(parts),
  'reviewer.list': () => [...parts.store.read(listReviewers)],
  'review.list': ({ versionId }) => [...parts.store.read((db) => listReviews(db, versionId))],
  'review.received': () => receivedReviews(parts),
  'review.counts': () => parts.store.read((db) => ({ asked: countWaiting(db), received: countReceivedWaiting(db) })),
})

export const reviewCommands = (parts: Parts): Answers<'identity.make' | 'reviewer.trust' | 'reviewer.distrust' | 'review.request' | 'review.open' | 'review.take' | 'review.aside' | 'review.answer' | 'review.accept' | 'review.revoke'> => {
  const redeem: Parts['admissions']['redeem'] = (token, use) => parts.admissions.redeem(token, use)
  return {
    'identity.make': () => makeIdentity(parts),
    'reviewer.trust': ({ name, file, rename }) => trustReviewer(parts, { name, rename, path: redeem(file, 'read') }),
    'reviewer.distrust': ({ reviewer, reason }) => [...distrustReviewer(parts, reviewer, reason)],
    'review.request': ({ destination, ...wish }) => requestReview(parts, { ...wish, path: redeem(destination, 'write') }),
    'review.open': ({ file }) => openReview(parts, redeem(file, 'read')),
    'review.take': ({ file }) => takeReview(parts, redeem(file, 'read')),
    'review.aside': ({ request, reason }) => putAside(parts, request, reason),
    'review.answer': ({ file, request, destination, ...wish }) => answerReview(parts, { ...wish, request: file === undefined ? { sha256: request ?? '' } : { path: redeem(file, 'read') }, destination: redeem(destination, 'write') }),
    'review.revoke': (wish) => [...revokeApprovals(parts, wish)],
    'review.accept': ({ file }) => acceptAnswer(parts, redeem(file, 'read')),
  }
}
