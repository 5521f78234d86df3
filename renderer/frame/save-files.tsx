// Gives every figure and table below it the way to a file: the desktop's save dialog, then the text through its token.
import { useCallback, type ReactNode } from 'react'
import { useAsk } from '../bridge/use-call.ts'
import { SaveFileContext, type SaveRequest } from '../ui/save-file.ts'

export function SaveFiles({ children }: { readonly children: ReactNode }): ReactNode {
  const ask = useAsk()
  const save = useCallback(async ({ what, suggestedName, text }: SaveRequest): Promise<string | null> => {
    const file = await ask('shell.saveFile', { what, suggestedName })
    if (file === null) return null
    await ask('shell.writeText', { file: file.token, text, encoding: what === 'png' ? 'base64' : 'utf-8' })
    return file.name
  }, [ask])
  return <SaveFileContext value={save}>{children}</SaveFileContext>
}
