// A number typed by hand: what is typed stays as typed, and only a value that parses is handed on.
import { useState, type ReactNode } from 'react'
import { TextField } from './field.tsx'

interface NumberFieldProps {
  readonly label: string
  readonly value: number | null
  readonly onNumber: (value: number | null) => void
  /** Whether the empty field is a value (null). */
  readonly optional?: boolean
  readonly whole?: boolean
  readonly min?: number
  readonly max?: number
  readonly hint?: ReactNode
  readonly placeholder?: string
  readonly quietLabel?: boolean
  readonly className?: string | undefined
}

function mistake(text: string, { optional = false, whole = false, min, max }: NumberFieldProps): string | null {
  if (text.trim() === '') return optional ? null : 'Give a number.'
  const value = Number(text)
  if (!Number.isFinite(value)) return 'This is not a number.'
  if (whole && !Number.isInteger(value)) return 'Give a whole number.'
  if (min !== undefined && value < min) return `At least ${min}.`
  if (max !== undefined && value > max) return `At most ${max}.`
  return null
}

const written = (value: number | null): string => (value === null ? '' : String(value))

export function NumberField(props: NumberFieldProps): ReactNode {
  const [draft, setDraft] = useState<{ readonly text: string; readonly of: number | null }>({ text: written(props.value), of: props.value })
  // A value that changed from outside replaces the draft; one that this field itself reported does not.
  const text = draft.of === props.value ? draft.text : written(props.value)
  const onText = (next: string): void => {
    const ok = mistake(next, props) === null
    const value = next.trim() === '' ? null : Number(next)
    setDraft({ text: next, of: ok ? value : props.value })
    if (ok) props.onNumber(value)
  }
  return (
    <TextField
      label={props.label} value={text} onText={onText} error={mistake(text, props)} hint={props.hint} inputMode={props.whole === true ? 'numeric' : 'decimal'}
      autoComplete="off" {...(props.placeholder === undefined ? {} : { placeholder: props.placeholder })} quietLabel={props.quietLabel ?? false} className={props.className}
    />
  )
}
