// Adding a data set from a file that was handed over; remembers which file each job reads. All screens add through here.
import { useCallback } from 'react'
import type { AdmittedFile } from '../../shared/contract.ts'
import type { FormatOverride } from '../../shared/domain/dataset.ts'
import type { JobId } from '../../shared/ids.ts'
import { useBridge } from './bridge.tsx'

export interface AddChoices {
  readonly format?: FormatOverride
  /** Keep a copy in the workspace. */
  readonly copy?: boolean
  /** The asker shows a failure itself. */
  readonly quiet?: boolean
}

/** Starts `dataset.add` and answers the job's id. */
export function useAddDataset(): (file: AdmittedFile, choices?: AddChoices) => Promise<JobId> {
  const { connection, handed } = useBridge()
  return useCallback(async (file, { format = {}, copy = false, quiet = false } = {}) => {
    const jobId = await connection.call('dataset.add', { file: file.token, format, copy })
    handed.set(jobId, { file, quiet })
    return jobId
  }, [connection, handed])
}

/** What this window handed over for a job; null for jobs of other windows and from before a reload. */
export function useHandedFile(jobId: string): AdmittedFile | null {
  return useBridge().handed.get(jobId)?.file ?? null
}
