// The states of a question on screen: loading (after a while), error in place with a retry, and the answer.
import type { ReactNode } from 'react'
import { ErrorPanel } from './error-panel.tsx'
import { Skeleton } from './skeleton.tsx'

export interface Asked<T> { readonly data: T | undefined; readonly error: unknown; readonly refetch: () => unknown }

export function Answer<T>({ of, children, lines, label, errorActions }: {
  readonly of: Asked<T>; readonly children: (data: T) => ReactNode; readonly lines?: number; readonly label?: string; readonly errorActions?: ReactNode
}): ReactNode {
  if (of.data !== undefined) return children(of.data)
  if (of.error !== null && of.error !== undefined) return <ErrorPanel error={of.error} onRetry={() => void of.refetch()} actions={errorActions} />
  return <Skeleton {...(lines === undefined ? {} : { lines })} {...(label === undefined ? {} : { label })} />
}
