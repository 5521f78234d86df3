// What both places that edit a binding need from the core: its check while it is edited, and its text form.
import { useDeferredValue, useMemo } from 'react'
import type { Binding, BindingProblem } from '../../shared/domain/binding.ts'
import type { DatasetId, VersionId } from '../../shared/ids.ts'
import { useAsk, useCall } from './use-call.ts'

const none: readonly BindingProblem[] = []

/** The problems of a binding as it is edited; the last known ones while the next answer is on its way. */
export function useBindingProblems(versionId: VersionId, datasetId: DatasetId | null, binding: Binding): readonly BindingProblem[] {
  const settled = useDeferredValue(binding)
  const asked = useCall('binding.check', { versionId, binding: settled, ...(datasetId === null ? {} : { datasetId }) }, { keepPrevious: true })
  return asked.data ?? none
}

/** Writing a binding as YAML, and reading one from a file that the user chooses. */
export function useBindingText(): { write(binding: Binding): Promise<string>; read(): Promise<Binding | null> } {
  const ask = useAsk()
  return useMemo(() => ({
    write: async (binding) => (await ask('binding.text', { binding, format: 'yaml' })).text,
    read: async () => {
      const [file] = await ask('shell.openFiles', { what: 'binding' })
      if (file === undefined) return null
      const { text } = await ask('shell.readText', { file: file.token })
      return await ask('binding.parse', { text })
    },
  }), [ask])
}
