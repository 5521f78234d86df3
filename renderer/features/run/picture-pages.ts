// The pictures of a run in the order and choice of the reader, page by page as they come into view.
import { useMemo } from 'react'
import type { RequestOf } from '../../../shared/contract-kit.ts'
import type { SlipwayContract } from '../../../shared/contract.ts'
import type { SlipwayError } from '../../../shared/errors.ts'
import type { PredictionOrder, PredictionPage, Run } from '../../../shared/domain/run.ts'
import { useCalls } from '../../bridge/use-calls.ts'

export type PictureRow = PredictionPage['rows'][number]
export type Verdict = 'all' | 'wrong' | 'right'

export interface PictureFilter { readonly order: PredictionOrder; readonly verdict: Verdict; readonly truth: string | undefined; readonly predicted: string | undefined }

const size = 60

const pageRequest = (run: Run, { order, verdict, truth, predicted }: PictureFilter, page: number): RequestOf<SlipwayContract['run.predictions']> => ({
  runId: run.id, offset: page * size, limit: size, order, onlyWrong: verdict === 'wrong', onlyRight: verdict === 'right', ...(truth === undefined ? {} : { truth }), ...(predicted === undefined ? {} : { predicted }),
})

export interface PicturePages {
  /** null: not known yet. */
  readonly total: number | null
  readonly scoreNames: readonly string[]
  readonly error: SlipwayError | null
  /** null while its page is on the way. */
  readonly rowAt: (index: number) => PictureRow | null
}

/** The rows of the pictures from `first` up to `last`; the first page always, for the count. */
export function usePicturePages(run: Run, filter: PictureFilter, first: number, last: number): PicturePages {
  const from = Math.max(0, Math.floor(first / size))
  const to = Math.max(from, Math.ceil(last / size) - 1)
  const pages = useMemo(() => [...new Set([0, ...Array.from({ length: to - from + 1 }, (_, i) => from + i)])], [from, to])
  const answers = useCalls('run.predictions', useMemo(() => pages.map((page) => pageRequest(run, filter, page)), [run, filter, pages]))
  return {
    total: answers[0]?.data?.total ?? null, scoreNames: answers[0]?.data?.scoreNames ?? [], error: answers.find((a) => a.error !== null)?.error ?? null,
    rowAt: (index) => answers[pages.indexOf(Math.floor(index / size))]?.data?.rows[index % size] ?? null,
  }
}
