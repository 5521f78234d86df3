// Several questions of one kind at once, such as the pages in view. The answers share their cache with single questions.
import { useQueries, type UseQueryResult } from '@tanstack/react-query'
import type { OutputOf, RequestOf } from '../../shared/contract-kit.ts'
import type { SlipwayContract } from '../../shared/contract.ts'
import type { SlipwayError } from '../../shared/errors.ts'
import { useBridge } from './bridge.tsx'
import type { QueryMethod } from './use-call.ts'

/** Asks the same question of every input; the answers come in their order, each when it is there. */
export function useCalls<K extends QueryMethod>(method: K, inputs: readonly RequestOf<SlipwayContract[K]>[]): readonly UseQueryResult<OutputOf<SlipwayContract[K]>, SlipwayError>[] {
  const { connection } = useBridge()
  return useQueries({
    queries: inputs.map((input) => ({
      queryKey: [method, input],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => connection.call(method, input, { signal }) as Promise<OutputOf<SlipwayContract[K]>>,
    })),
  }) as readonly UseQueryResult<OutputOf<SlipwayContract[K]>, SlipwayError>[]
}
