// A number on a scale, chosen by sliding: label, value in words, and the native control with its keys.
import { useId, type ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './field.module.css'

interface SliderFieldProps {
  readonly label: string
  readonly value: number
  readonly onValue: (value: number) => void
  readonly min: number
  readonly max: number
  readonly step: number
  /** The value as a reader sees and hears it. */
  readonly words: string
  readonly disabled?: boolean
  readonly className?: string | undefined
}

export function SliderField({ label, value, onValue, min, max, step, words, disabled = false, className }: SliderFieldProps): ReactNode {
  const id = useId()
  return (
    <div className={classes(styles['field'], className)}>
      <span className={styles['sliderHead']}><label htmlFor={id} className={styles['label']}>{label}</label><span className={styles['sliderValue']} aria-hidden="true">{words}</span></span>
      <input id={id} type="range" className={styles['slider']} min={min} max={max} step={step} value={value} disabled={disabled} aria-valuetext={words} onChange={(e) => onValue(Number(e.target.value))} />
    </div>
  )
}
