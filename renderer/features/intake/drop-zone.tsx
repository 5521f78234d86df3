// The whole window takes files. While they hover, it says what will happen; what only the user can say is asked afterwards.
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import type { AdmittedFile } from '../../../shared/contract.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { formatPlural } from '../../../shared/format.ts'
import type { ModelId } from '../../../shared/ids.ts'
import { useBridge, useCoreEvent } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import type { Route } from '../../route.ts'
import { Icon } from '../../ui/icon.tsx'
import { notifyError } from '../../ui/toast.tsx'
import styles from './intake.module.css'
import { UnclearDialog } from './unclear-dialog.tsx'
import { useIntake } from './use-intake.ts'

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

/** Follows files over the window; answers how many hover, or null. */
function useHover(onFiles: (files: readonly File[]) => void): number | null {
  const [hovering, setHovering] = useState<number | null>(null)
  const depth = useRef(0)
  useEffect(() => {
    const leave = (): void => { depth.current = 0; setHovering(null) }
    const listeners = {
      dragenter: (e: DragEvent) => { if (carriesFiles(e)) { e.preventDefault(); depth.current++; setHovering(e.dataTransfer?.items.length ?? 1) } },
      dragover: (e: DragEvent) => { if (carriesFiles(e)) { e.preventDefault(); if (e.dataTransfer !== null) e.dataTransfer.dropEffect = 'copy' } },
      dragleave: () => { depth.current--; if (depth.current <= 0) leave() },
      drop: (e: DragEvent) => { if (carriesFiles(e)) { e.preventDefault(); leave(); onFiles([...(e.dataTransfer?.files ?? [])]) } },
    }
    for (const [name, listener] of Object.entries(listeners)) window.addEventListener(name, listener as EventListener)
    return () => { for (const [name, listener] of Object.entries(listeners)) window.removeEventListener(name, listener as EventListener) }
  }, [onFiles])
  return hovering
}

export function DropZone({ route }: { readonly route: Route }): ReactNode {
  const { admit } = useBridge()
  const { take, unclear, decide, drop } = useIntake()
  const modelId = route.screen === 'model' ? route.modelId as ModelId : null
  const model = useCall('model.get', { modelId: modelId ?? '' as ModelId }, { enabled: modelId !== null })
  const onFiles = useCallback((files: readonly File[]) => {
    // One file that cannot be handed over must not keep the others out.
    const admitOne = (file: File): Promise<AdmittedFile | null> => admit(file).catch(() => {
      notifyError(new SlipwayError('file.missing', { file: file.name }))
      return null
    })
    void Promise.all(files.map(admitOne)).then((admitted) => take(admitted.filter((f): f is AdmittedFile => f !== null), modelId))
  }, [admit, take, modelId])
  useCoreEvent('opened', useCallback((files) => take(files, null), [take]))
  const hovering = useHover(onFiles)
  const target = modelId === null ? 'a model, or a new version of the model of the same name' : `a new version of “${model.data?.model.name ?? 'this model'}”`
  return (
    <>
      {hovering !== null && (
        <div className={styles['zone']} data-testid="drop-zone">
          <div className={styles['zoneBox']}>
            <h2>Drop {formatPlural(hovering, 'item')} to bring {hovering === 1 ? 'it' : 'them'} in</h2>
            <dl>
              <div><dt><Icon name="library" /> ONNX models</dt><dd>become {target}. Weight files beside them come along.</dd></div>
              <div><dt><Icon name="data" /> CSV, TSV, JSON, Parquet</dt><dd>become data sets. They stay where they are and are linked by their content.</dd></div>
              <div><dt><Icon name="folder" /> Folders and bundles</dt><dd>are taken as what they hold: models, tables, pictures, or a bundle to verify. You are asked where that is unclear.</dd></div>
              <div><dt><Icon name="verified" /> Review files</dt><dd>.review.json is shown for your answer, .answer.json is checked and recorded.</dd></div>
            </dl>
            <p>Files are read, never executed. Nothing leaves this machine.</p>
          </div>
        </div>
      )}
      <UnclearDialog files={unclear} onDecide={decide} onDrop={drop} />
    </>
  )
}
