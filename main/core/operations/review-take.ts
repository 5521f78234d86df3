// review.take: a handed-over review file -> a request to look at, or an answer in the record. The file says which; its name says nothing.
import type { TakenReview } from '../../../shared/domain/review.ts'
import type { Parts } from '../parts.ts'
import { reviewFileKind } from '../steps/signed-review.ts'
import { acceptAnswer } from './review-accept.ts'
import { openReview } from './review-answer.ts'

/** Errors: those of `review.open` and `review.accept`. */
export async function takeReview(parts: Parts, path: string): Promise<TakenReview> {
  return await reviewFileKind(path) === 'answer' ? { kind: 'answer', review: await acceptAnswer(parts, path) } : { kind: 'request', opened: await openReview(parts, path) }
}
