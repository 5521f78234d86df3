// Form fields: a label, the control, a hint, and the mistake at the field itself. Native controls, so that every platform's keys work.
import { useId, type ComponentPropsWithRef, type ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './field.module.css'
import { Icon } from './icon.tsx'

interface Around { readonly label: string; readonly hint?: ReactNode; readonly error?: string | null; readonly quietLabel?: boolean; readonly className?: string | undefined }
interface FrameProps extends Around { readonly id: string; readonly describedBy: string; readonly children: ReactNode }

function Frame({ id, label, hint, error, quietLabel, className, describedBy, children }: FrameProps): ReactNode {
  return (
    <div className={classes(styles['field'], className)}>
      <label htmlFor={id} className={quietLabel === true ? 'visually-hidden' : styles['label']}>{label}</label>
      {children}
      {(hint !== undefined || (error ?? null) !== null) && (
        <div id={describedBy} className={classes(styles['hint'], (error ?? null) !== null && styles['error'])}>{error ?? hint}</div>
      )}
    </div>
  )
}

function useFrame(around: Around): { readonly frame: Omit<FrameProps, 'children'>; readonly control: { readonly id: string; readonly 'aria-describedby'?: string; readonly 'aria-invalid'?: true } } {
  const id = useId()
  const describedBy = `${id}-more`
  const wrong = (around.error ?? null) !== null
  return {
    frame: { id, describedBy, label: around.label, hint: around.hint, error: around.error ?? null, quietLabel: around.quietLabel ?? false, className: around.className },
    control: { id, ...(around.hint !== undefined || wrong ? { 'aria-describedby': describedBy } : {}), ...(wrong ? { 'aria-invalid': true as const } : {}) },
  }
}

type Own<T extends 'input' | 'select' | 'textarea'> = Omit<ComponentPropsWithRef<T>, 'id' | 'className' | 'onChange' | 'value'> & Around

export function TextField({ label, hint, error, quietLabel, className, onText, value, ...rest }: Own<'input'> & { readonly value: string; readonly onText: (text: string) => void }): ReactNode {
  const { frame, control } = useFrame({ label, hint, error: error ?? null, quietLabel: quietLabel ?? false, className })
  return <Frame {...frame}><input type="text" {...rest} {...control} value={value} className={styles['control']} onChange={(e) => onText(e.target.value)} /></Frame>
}

export function TextAreaField({ label, hint, error, quietLabel, className, onText, value, ...rest }: Own<'textarea'> & { readonly value: string; readonly onText: (text: string) => void }): ReactNode {
  const { frame, control } = useFrame({ label, hint, error: error ?? null, quietLabel: quietLabel ?? false, className })
  return <Frame {...frame}><textarea rows={3} {...rest} {...control} value={value} className={classes(styles['control'], styles['area'])} onChange={(e) => onText(e.target.value)} /></Frame>
}

export interface Choice<V extends string> { readonly value: V; readonly label: string; readonly disabled?: boolean }

export function SelectField<V extends string>({ label, hint, error, quietLabel, className, value, choices, onChoose, ...rest }: Own<'select'> & { readonly value: V; readonly choices: readonly Choice<V>[]; readonly onChoose: (value: V) => void }): ReactNode {
  const { frame, control } = useFrame({ label, hint, error: error ?? null, quietLabel: quietLabel ?? false, className })
  return (
    <Frame {...frame}>
      <div className={styles['selectBox']}>
        <select {...rest} {...control} value={value} className={classes(styles['control'], styles['select'])} onChange={(e) => onChoose(e.target.value as V)}>
          {choices.map((c) => <option key={c.value} value={c.value} disabled={c.disabled ?? false}>{c.label}</option>)}
        </select>
        <Icon name="open" size={14} className={styles['chevron']} />
      </div>
    </Frame>
  )
}

export function CheckField({ label, hint, checked, onCheck, ...rest }: Omit<ComponentPropsWithRef<'input'>, 'onChange' | 'type'> & { readonly label: string; readonly hint?: ReactNode; readonly checked: boolean; readonly onCheck: (checked: boolean) => void }): ReactNode {
  const id = useId()
  return (
    <div className={styles['check']}>
      <input {...rest} id={id} type="checkbox" checked={checked} onChange={(e) => onCheck(e.target.checked)} {...(hint === undefined ? {} : { 'aria-describedby': `${id}-more` })} />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && <div id={`${id}-more`} className={styles['hint']}>{hint}</div>}
      </div>
    </div>
  )
}
