// Review files that were handed to this window: requests to look at and what became of answers. All screens take them in through here.
// Owns no screen: whoever takes a file goes where its request is shown.
import { useCallback, useSyncExternalStore } from 'react'
import type { AdmittedFile } from '../../shared/contract.ts'
import type { OpenedReview, TakenReview } from '../../shared/domain/review.ts'
import { useBridge } from './bridge.tsx'

interface Handed {
  /** By the hash of the request. */
  readonly opened: ReadonlyMap<string, OpenedReview>
  /** Files that were refused since the last one that was not. */
  readonly refused: readonly { readonly file: string; readonly error: unknown }[]
}

let handed: Handed = { opened: new Map(), refused: [] }
const listeners = new Set<() => void>()
const tell = (next: Handed): void => { handed = next; listeners.forEach((listener) => listener()) }
const subscribe = (listener: () => void): (() => void) => { listeners.add(listener); return () => listeners.delete(listener) }

export const useHandedReviews = (): Handed => useSyncExternalStore(subscribe, () => handed)
export const forgetRefusals = (): void => { if (handed.refused.length > 0) tell({ ...handed, refused: [] }) }

/** Takes a review file in, whatever its name: a request is remembered, an answer recorded. null: it was refused, and the review screen says why. */
export function useTakeReview(): (file: AdmittedFile) => Promise<TakenReview | null> {
  const { connection } = useBridge()
  return useCallback(async (file) => {
    try {
      const taken = await connection.call('review.take', { file: file.token })
      if (taken.kind === 'request') tell({ opened: new Map([...handed.opened, [taken.opened.sha256, taken.opened]]), refused: [] })
      else forgetRefusals()
      return taken
    } catch (error) {
      tell({ ...handed, refused: [...handed.refused.filter((r) => r.file !== file.name), { file: file.name, error }] })
      return null
    }
  }, [connection])
}
