// Draws class maps over a picture, on a canvas of the maps' own size that is stretched over the frame.
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { paintMaps, readClassMap, type ClassMap, type MaskPaint } from './class-map.ts'
import styles from './pictures.module.css'

export interface Maps { readonly truth: ClassMap | null; readonly predicted: ClassMap | null }

/** The maps of an answer of `run.masks`, decoded; null while that takes place. Maps that cannot be read count as missing. */
export function useClassMaps(answer: { readonly truth: string | null; readonly predicted: string | null } | undefined): Maps | null {
  const [found, setFound] = useState<{ readonly of: unknown; readonly maps: Maps } | null>(null)
  useEffect(() => {
    if (answer === undefined) return undefined
    let wanted = true
    const read = (png: string | null): Promise<ClassMap | null> => (png === null ? Promise.resolve(null) : readClassMap(png).catch(() => null))
    void Promise.all([read(answer.truth), read(answer.predicted)]).then(([truth, predicted]) => { if (wanted) setFound({ of: answer, maps: { truth, predicted } }) })
    return () => { wanted = false }
  }, [answer])
  return found !== null && found.of === answer ? found.maps : null
}

export function MaskLayer({ maps, paint }: { readonly maps: Maps; readonly paint: MaskPaint }): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null)
  const size = maps.truth ?? maps.predicted
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (context === null || context === undefined || size === null) return
    context.putImageData(new ImageData(paintMaps(maps.truth, maps.predicted, paint), size.width, size.height), 0, 0)
  }, [maps, paint, size])
  if (size === null) return null
  return <canvas ref={canvas} className={styles['layer']} width={size.width} height={size.height} aria-hidden="true" />
}
