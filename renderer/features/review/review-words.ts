// Reviews in words: how far a request is, and what became of it.
import type { ReceivedReview, Review } from '../../../shared/domain/review.ts'
import { stateWords } from '../../../shared/domain/life.ts'
import { formatPlural } from '../../../shared/format.ts'
import type { Tone } from '../../ui/status.tsx'

export const nameOf = (body: Review['body']): string => `${body.evidence.model.name} v${body.evidence.model.number}`

export const approvalsIn = (review: Review): number => review.answers.filter((a) => a.decision === 'approve' && a.doubt === undefined && a.revoked === undefined).length

/** Where a request stands, in a few words, and the tone of it. */
export function standing(review: Review): { readonly words: string; readonly tone: Tone } {
  const { needed } = review.body
  if (review.answers.some((a) => a.doubt === undefined && (a.decision === 'reject' || a.revoked?.byReviewer === true))) return { words: 'Rejected', tone: 'bad' }
  if (approvalsIn(review) >= needed) return { words: 'Approved', tone: 'good' }
  if (!review.open && review.answers.some((a) => a.revoked !== undefined)) return { words: 'Approval taken back', tone: 'bad' }
  if (!review.open) return { words: review.state === 'in-review' ? 'Replaced by a newer request' : `Over: the version is ${stateWords(review.state)}`, tone: 'neutral' }
  return { words: `Waiting: ${approvalsIn(review)} of ${formatPlural(needed, 'approval')}`, tone: 'accent' }
}

/** The name under which the author is trusted here, otherwise the one that the request claims. */
export const asksAs = (r: ReceivedReview): string => (r.own ? 'yourself' : r.knownAs ?? r.body.author.name)

export function receivedStanding(r: ReceivedReview): { readonly words: string; readonly tone: Tone } {
  if (r.answer !== null) return r.answer.decision === 'approve' ? { words: 'You approved', tone: 'good' } : { words: 'You rejected', tone: 'bad' }
  if (r.aside !== null) return { words: 'Put aside', tone: 'neutral' }
  return r.mayNotAnswer === null ? { words: 'Waits for you', tone: 'accent' } : { words: 'You may not approve it', tone: 'warn' }
}

/** Names for the files, as a mail attachment should be called. */
export const requestFileName = (name: string, number: number): string => `${slug(name)}-${number}.review.json`
export const answerFileName = (name: string, number: number): string => `${slug(name)}-${number}.answer.json`
const slug = (text: string): string => text.normalize('NFKD').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 60) || 'model'
