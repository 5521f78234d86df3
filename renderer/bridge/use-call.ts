// Questions and commands as React hooks, typed by the contract key. The key of an answer is [method, input].
import { keepPreviousData, useMutation, useQuery, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { contract, SlipwayContract } from '../../shared/contract.ts'
import type { AnswerOf, OutputOf, RequestOf } from '../../shared/contract-kit.ts'
import type { SlipwayError } from '../../shared/errors.ts'
import { useBridge } from './bridge.tsx'
import type { Method } from './client.ts'

type KeysOf<Kind extends 'query' | 'command'> = { [K in Method]: (typeof contract)[K] extends { readonly kind: Kind } ? K : never }[Method]
export type QueryMethod = KeysOf<'query'>
export type CommandMethod = KeysOf<'command'>

export interface CallChoices {
  /** false: not asked yet, for example because an id is not chosen. */
  readonly enabled?: boolean
  /** Show the previous page while the next one is on its way. */
  readonly keepPrevious?: boolean
}

/** Asks a question of the contract and keeps the answer until one of its tags changes. Leaving the screen cancels it. */
export function useCall<K extends QueryMethod>(method: K, input: RequestOf<SlipwayContract[K]>, choices: CallChoices = {}): UseQueryResult<OutputOf<SlipwayContract[K]>, SlipwayError> {
  const { connection } = useBridge()
  return useQuery<OutputOf<SlipwayContract[K]>, SlipwayError>({
    queryKey: [method, input],
    queryFn: ({ signal }) => connection.call(method, input, { signal }) as Promise<OutputOf<SlipwayContract[K]>>,
    enabled: choices.enabled ?? true,
    ...(choices.keepPrevious === true ? { placeholderData: keepPreviousData as never } : {}),
  })
}

/** A command of the contract; what it changed comes back as `changed` tags, so callers invalidate nothing. */
export function useCommand<K extends CommandMethod>(method: K): UseMutationResult<OutputOf<SlipwayContract[K]>, SlipwayError, RequestOf<SlipwayContract[K]>> {
  const { connection } = useBridge()
  return useMutation<OutputOf<SlipwayContract[K]>, SlipwayError, RequestOf<SlipwayContract[K]>>({
    mutationFn: (input) => connection.call(method, input) as Promise<OutputOf<SlipwayContract[K]>>,
  })
}

/** Asks once, outside rendering: for event handlers that go on with the answer. */
export function useAsk(): <K extends Method>(method: K, input: RequestOf<SlipwayContract[K]>) => Promise<AnswerOf<SlipwayContract[K]>> {
  const { connection } = useBridge()
  return useCallback((method, input) => connection.call(method, input), [connection])
}
