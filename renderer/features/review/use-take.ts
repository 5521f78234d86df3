// Taking review files in through the system's dialog, and going to what they are about.
import { useCallback } from 'react'
import { forgetRefusals, useTakeReview } from '../../bridge/handed-reviews.ts'
import { useAsk } from '../../bridge/use-call.ts'
import { go } from '../../route.ts'
import { notify, notifyError } from '../../ui/toast.tsx'
import { nameOf, standing } from './review-words.ts'

/** Asks for a file and shows the request that it holds, or records the answer. */
export function useChooseReview(): () => void {
  const ask = useAsk()
  const take = useTakeReview()
  return useCallback(() => {
    forgetRefusals()
    ask('shell.openFiles', { what: 'review' }).then(async ([file]) => {
      const taken = file === undefined ? null : await take(file)
      if (taken?.kind === 'request') go({ screen: 'reviews', request: taken.opened.sha256 })
      if (taken?.kind === 'answer') notify(`Recorded: ${nameOf(taken.review.body)}, ${standing(taken.review).words.toLowerCase()}.`)
    }).catch(notifyError)
  }, [ask, take])
}
