// How the boxes of a detection are read: order and unit of their four numbers, the raw layout, suppression, and how many count.
import type { ReactNode } from 'react'
import type { Binding, DetectionSettings } from '../../../shared/domain/binding.ts'
import { CheckField, SelectField } from '../field.tsx'
import { NumberField } from '../number-field.tsx'
import styles from './binding.module.css'
import { startDetection } from './edit-task.ts'
import { Notes } from './notes.tsx'

const orders: readonly { readonly value: DetectionSettings['order']; readonly label: string }[] = [
  { value: 'xyxy', label: 'left, top, right, bottom' }, { value: 'yxyx', label: 'top, left, bottom, right' }, { value: 'xywh', label: 'left, top, width, height' }, { value: 'cxcywh', label: 'centre, width, height' },
]

function Suppression({ settings, set }: { readonly settings: DetectionSettings; readonly set: (change: Partial<DetectionSettings>) => void }): ReactNode {
  const { suppression } = settings
  return (
    <>
      <SelectField label="Overlapping boxes" value={suppression === null ? 'kept' : 'dropped'} onChoose={(next) => set({ suppression: next === 'kept' ? null : { iou: 0.45, perClass: true } })} choices={[{ value: 'kept', label: 'the model left them out' }, { value: 'dropped', label: 'keep the best of them' }]} />
      {suppression !== null && (
        <>
          <NumberField label="Overlap from IoU" min={0} max={1} value={suppression.iou} onNumber={(iou) => { if (iou !== null) set({ suppression: { ...suppression, iou } }) }} />
          <SelectField label="Compared with" value={suppression.perClass ? 'own' : 'all'} onChoose={(next) => set({ suppression: { ...suppression, perClass: next === 'own' } })} choices={[{ value: 'own', label: 'boxes of the same class' }, { value: 'all', label: 'boxes of every class' }]} />
        </>
      )}
    </>
  )
}

export function DetectionPart({ binding, onChange }: { readonly binding: Binding; readonly onChange: (binding: Binding) => void }): ReactNode {
  const settings = binding.detection ?? startDetection
  const set = (change: Partial<DetectionSettings>): void => onChange({ ...binding, detection: { ...settings, ...change } })
  const raw = binding.outputs.some((o) => o.role === 'yolo')
  return (
    <div className={styles['part']} role="group" aria-label="Boxes">
      <div className={styles['what']}><span>How the four numbers of a box are read, and which boxes count</span></div>
      <div className={styles['how']}>
        <SelectField label="Numbers of a box" value={settings.order} choices={orders} onChoose={(order) => set({ order })} />
        <SelectField label="Unit" value={settings.unit} choices={[{ value: 'pixels', label: 'pixels of the input' }, { value: 'share', label: 'shares, 0 to 1' }]} onChoose={(unit) => set({ unit })} />
        {raw && <SelectField label="Boxes lie along" value={settings.cells} choices={[{ value: 'last', label: 'the last axis' }, { value: 'middle', label: 'the middle axis' }]} onChoose={(cells) => set({ cells })} />}
        <NumberField label="Drop boxes below" min={0} max={1} value={settings.minimumScore} onNumber={(minimumScore) => { if (minimumScore !== null) set({ minimumScore }) }} />
        <Suppression settings={settings} set={set} />
        <NumberField label="Boxes a picture, at most" whole min={1} max={10000} value={settings.maximumBoxes} onNumber={(maximumBoxes) => { if (maximumBoxes !== null) set({ maximumBoxes }) }} />
        {raw && <div className={styles['wide']}><CheckField label="An objectness score follows the four numbers" checked={settings.objectness} onCheck={(objectness) => set({ objectness })} /></div>}
      </div>
      <Notes part="detection" />
    </div>
  )
}
