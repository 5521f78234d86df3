// The run that a started evaluation opened: its row is there before the job answers, as the newest of the version.
import { useCallback } from 'react'
import type { VersionId } from '../../../shared/ids.ts'
import { useAsk } from '../../bridge/use-call.ts'

/** Answers the id of the newest run of a version. */
export function useLatestRun(versionId: VersionId): () => Promise<string> {
  const ask = useAsk()
  return useCallback(async () => {
    const runs = await ask('run.list', { versionId, limit: 1000 })
    const newest = [...runs].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))[0]
    if (newest === undefined) throw new Error('the run was not recorded')
    return newest.id
  }, [ask, versionId])
}
