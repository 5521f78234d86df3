// A picture with what is drawn over it, all of one shape: layers cover the picture exactly, however large it is shown.
import type { CSSProperties, PointerEventHandler, ReactNode } from 'react'
import { classes } from '../classes.ts'
import styles from './pictures.module.css'

export interface ShownPicture { readonly png: string; readonly width: number; readonly height: number }

interface PictureFrameProps {
  readonly picture: ShownPicture
  readonly alt: string
  /** `square`: inside a square of the parent's width. `stage`: as large as the parent allows; the parent is a `Stage`. */
  readonly fit: 'square' | 'stage'
  readonly children?: ReactNode
  readonly onPointerMove?: PointerEventHandler<HTMLDivElement>
  readonly onPointerLeave?: PointerEventHandler<HTMLDivElement>
}

/** Pictures up to this many pixels a side are shown pixel by pixel when they are made larger. */
const small = 128

export function PictureFrame({ picture, alt, fit, children, onPointerMove, onPointerLeave }: PictureFrameProps): ReactNode {
  const { width, height } = picture
  const shape: CSSProperties = { aspectRatio: `${width} / ${height}`, width: fit === 'square' ? `${Math.min(1, width / height) * 100}%` : `min(100cqw, calc(100cqh * ${width / height}))` }
  return (
    <div className={styles['picture']} style={shape} onPointerMove={onPointerMove} onPointerLeave={onPointerLeave}>
      <img className={classes(styles['image'], Math.max(width, height) <= small && styles['pixels'])} src={`data:image/png;base64,${picture.png}`} alt={alt} draggable={false} />
      {children}
    </div>
  )
}

/** The room in which frames with `fit="stage"` grow. */
export const Stage = ({ children }: { readonly children: ReactNode }): ReactNode => <div className={styles['stage']}>{children}</div>
