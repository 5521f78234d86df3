// A picture with its masks, large: one picture or two side by side, and the classes of the pixel under the pointer in words.
import { useMemo, useState, type PointerEvent, type ReactNode } from 'react'
import type { Run } from '../../../shared/domain/run.ts'
import { noClass, type ClassMap, type MaskShow } from '../../ui/pictures/class-map.ts'
import { MaskLayer, type Maps } from '../../ui/pictures/mask-layer.tsx'
import { PictureFrame, Stage, type ShownPicture } from '../../ui/pictures/picture-frame.tsx'
import { paintOf, type Overlay } from './picture-overlay.ts'
import styles from './picture-view.module.css'

interface MaskStagesProps { readonly run: Run; readonly picture: ShownPicture; readonly alt: string; readonly overlay: Overlay; readonly maps: Maps | null }

interface Pixel { readonly x: number; readonly y: number }

/** What a pixel is and was taken for, in words. */
export function pixelWords(maps: Maps, labels: readonly string[], { x, y }: Pixel): string {
  const word = (map: ClassMap | null, none: string): string | null => {
    if (map === null) return null
    const value = map.values[y * map.width + x] ?? noClass
    return value === noClass ? none : labels[value] ?? `class ${value}`
  }
  const truth = word(maps.truth, 'not judged')
  const predicted = word(maps.predicted, 'no class')
  return [`Pixel ${x + 1}, ${y + 1}:`, [...(truth === null ? [] : [`true ${truth}`]), ...(predicted === null ? [] : [`predicted ${predicted}`])].join(', ')].join(' ')
}

function pixelUnder(event: PointerEvent<HTMLDivElement>, map: ClassMap): Pixel {
  const box = event.currentTarget.getBoundingClientRect()
  const place = (at: number, from: number, length: number, count: number): number => Math.max(0, Math.min(count - 1, Math.floor(((at - from) / length) * count)))
  return { x: place(event.clientX, box.left, box.width, map.width), y: place(event.clientY, box.top, box.height, map.height) }
}

function OneStage({ picture, alt, maps, overlay, show, onPixel }: { readonly picture: ShownPicture; readonly alt: string; readonly maps: Maps | null; readonly overlay: Overlay; readonly show: MaskShow | 'none'; readonly onPixel: (pixel: Pixel | null) => void }): ReactNode {
  const paint = useMemo(() => (show === 'none' ? null : paintOf(overlay, show)), [overlay, show])
  const map = maps?.truth ?? maps?.predicted ?? null
  return (
    <Stage>
      <PictureFrame picture={picture} alt={alt} fit="stage" onPointerMove={(event) => { if (map !== null) onPixel(pixelUnder(event, map)) }} onPointerLeave={() => onPixel(null)}>
        {maps !== null && paint !== null && <MaskLayer maps={maps} paint={paint} />}
      </PictureFrame>
    </Stage>
  )
}

export function MaskStages({ run, picture, alt, overlay, maps }: MaskStagesProps): ReactNode {
  const [pixel, setPixel] = useState<Pixel | null>(null)
  const labels = useMemo(() => run.binding.classes.map((c) => c.label), [run])
  const { show } = overlay
  const labelled = run.binding.target !== null
  const stage = (what: MaskShow | 'none', words: string): ReactNode => <OneStage picture={picture} alt={`${alt}${words}`} maps={maps} overlay={overlay} show={what} onPixel={setPixel} />
  return (
    <div className={styles['masked']}>
      {show === 'sides' && labelled ? (
        <div className={styles['sides']}>
          <figure><figcaption>Truth</figcaption>{stage('truth', ', truth')}</figure>
          <figure><figcaption>Prediction</figcaption>{stage('predicted', ', prediction')}</figure>
        </div>
      ) : stage(show === 'none' ? 'none' : !labelled || show === 'sides' ? 'predicted' : show, '')}
      <p className={styles['pixel']}>{maps === null || pixel === null ? 'Point at a pixel to read its classes.' : pixelWords(maps, labels, pixel)}</p>
    </div>
  )
}
