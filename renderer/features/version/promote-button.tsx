// Promote this very version: opens the preview of the move with it already chosen.
import { useState, type ReactNode } from 'react'
import type { Version } from '../../../shared/domain/model.ts'
import { Button } from '../../ui/button.tsx'
import { MoveDialog } from '../../ui/life/move-dialog.tsx'

export function PromoteButton({ version }: { readonly version: Version }): ReactNode {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button icon="up" onClick={() => setOpen(true)}>Promote…</Button>
      {open && <MoveDialog modelId={version.modelId} modelName={version.modelName} versions={[version]} start={{ action: 'set', versionId: version.id }} onClose={() => setOpen(false)} />}
    </>
  )
}
