// The fields by which a reader chooses what is drawn over the pictures of a run, and the legend of what the colours mean.
import type { ReactNode } from 'react'
import type { Run } from '../../../shared/domain/run.ts'
import { CheckField, SelectField, type Choice } from '../../ui/field.tsx'
import { boxWords, type BoxKind } from '../../ui/pictures/box-layer.tsx'
import { SliderField } from '../../ui/slider-field.tsx'
import { maskInk, type Overlay, type OverlayShow } from './picture-overlay.ts'
import styles from './pictures-tab.module.css'

interface OverlayProps { readonly run: Run; readonly overlay: Overlay; readonly onOverlay: (overlay: Overlay) => void }

const maskShows: readonly Choice<OverlayShow>[] = [
  { value: 'both', label: 'Prediction, truth outlined' }, { value: 'sides', label: 'Truth and prediction side by side' }, { value: 'predicted', label: 'Prediction only' }, { value: 'truth', label: 'Truth only' }, { value: 'none', label: 'The picture only' },
]
const boxShows: readonly Choice<OverlayShow>[] = [
  { value: 'both', label: 'Predicted and true boxes' }, { value: 'predicted', label: 'Predicted boxes only' }, { value: 'truth', label: 'True boxes only' }, { value: 'none', label: 'The picture only' },
]

/** Fields for masks or boxes; nothing for pictures with one answer each. `large`: there is room for two pictures. */
export function OverlayFields({ run, overlay, onOverlay, large = false }: OverlayProps & { readonly large?: boolean }): ReactNode {
  const labelled = run.binding.target !== null
  if (run.task === 'semantic-segmentation') {
    const shows = maskShows.filter((s) => (large || s.value !== 'sides') && (labelled || s.value === 'predicted' || s.value === 'none'))
    const value = shows.some((s) => s.value === overlay.show) ? overlay.show : shows[0]?.value ?? 'none'
    return (
      <>
        <SelectField label="Drawn over the picture" value={value} choices={shows} onChoose={(show) => onOverlay({ ...overlay, show })} />
        <SliderField label="Opacity" min={0} max={1} step={0.05} value={overlay.opacity} words={`${Math.round(overlay.opacity * 100)} %`} onValue={(opacity) => onOverlay({ ...overlay, opacity })} className={large ? undefined : styles['slide']} />
        {labelled && <CheckField label="Only where they differ" checked={overlay.onlyDifferences} onCheck={(onlyDifferences) => onOverlay({ ...overlay, onlyDifferences })} />}
      </>
    )
  }
  if (run.task !== 'object-detection') return null
  const shows = boxShows.filter((s) => labelled || s.value === 'predicted' || s.value === 'none')
  return (
    <>
      <SelectField label="Drawn over the picture" value={labelled || overlay.show === 'none' ? overlay.show : 'predicted'} choices={shows} onChoose={(show) => onOverlay({ ...overlay, show })} />
      <SliderField label="Score at least" min={0} max={1} step={0.01} value={overlay.score} words={overlay.score.toFixed(2)} onValue={(score) => onOverlay({ ...overlay, score })} className={large ? undefined : styles['slide']} />
    </>
  )
}

function MaskLegend({ run, overlay, onOverlay }: OverlayProps): ReactNode {
  const flip = (place: number): void => {
    const hidden = new Set(overlay.hidden)
    if (!hidden.delete(place)) hidden.add(place)
    onOverlay({ ...overlay, hidden })
  }
  return (
    <ul className={styles['legend']} aria-label="Classes drawn">
      {run.binding.classes.map((c, place) => (
        <li key={c.label}>
          <label>
            <input type="checkbox" checked={!overlay.hidden.has(place)} onChange={() => flip(place)} />
            <span className={styles['swatch']} style={{ background: maskInk(place) }} />{c.label}
          </label>
        </li>
      ))}
    </ul>
  )
}

const judgedKinds: readonly BoxKind[] = ['right', 'wrong', 'found', 'missed']

function BoxLegend({ run }: { readonly run: Run }): ReactNode {
  const kinds = run.binding.target === null ? (['unknown'] as const) : judgedKinds
  return <ul className={styles['legend']} aria-label="Kinds of boxes">{kinds.map((kind) => <li key={kind}><span className={styles['boxSwatch']} data-kind={kind} />{boxWords[kind]}</li>)}</ul>
}

/** What the colours mean; the classes of masks are switched on and off here. */
export function OverlayLegend(props: OverlayProps): ReactNode {
  if (props.overlay.show === 'none') return null
  if (props.run.task === 'semantic-segmentation') return <MaskLegend {...props} />
  return props.run.task === 'object-detection' ? <BoxLegend run={props.run} /> : null
}
