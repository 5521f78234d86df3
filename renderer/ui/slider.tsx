// A slider over a list of positions: a native range input, so that arrows, Page, Home and End work, with its value said in words.
import { useId, type ReactNode } from 'react'
import fields from './field.module.css'
import styles from './slider.module.css'

interface SliderProps {
  readonly label: string
  /** 0 to `last`. */
  readonly position: number
  readonly last: number
  readonly onPosition: (position: number) => void
  /** What the position means, read out in place of its number. */
  readonly words: string
  /** Under the two ends. */
  readonly ends: readonly [string, string]
}

export function Slider({ label, position, last, onPosition, words, ends }: SliderProps): ReactNode {
  const id = useId()
  return (
    <div className={styles['slider']}>
      <label htmlFor={id} className={fields['label']}>{label}</label>
      <input id={id} type="range" min={0} max={last} step={1} value={position} aria-valuetext={words} onChange={(e) => onPosition(Number(e.target.value))} />
      <div className={styles['ends']} aria-hidden="true"><span>{ends[0]}</span><span>{ends[1]}</span></div>
    </div>
  )
}
