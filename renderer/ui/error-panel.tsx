// An error where the action was: title, one sentence, the next step, and the details for a report. Words come from the error table.
import { useState, type ReactNode } from 'react'
import { asSlipwayError, isErrorCode } from '../../shared/errors.ts'
import { errorTable } from '../../shared/error-table.ts'
import { Button } from './button.tsx'
import { copyText } from './clipboard.ts'
import styles from './error-panel.module.css'
import { Icon } from './icon.tsx'

export interface ShownError { readonly code: string; readonly title: string; readonly message: string; readonly next: string; readonly details: unknown }

/** Any thrown value or stored error as what the panel shows. */
export function shownError(error: unknown): ShownError {
  if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error && 'title' in error && 'next' in error && 'details' in error) return error as ShownError
  return asSlipwayError(error)
}

const canRetry = (code: string): boolean => isErrorCode(code) && errorTable[code].retry

interface ErrorPanelProps { readonly error: unknown; readonly onRetry?: (() => void) | undefined; readonly actions?: ReactNode; readonly compact?: boolean }

export function ErrorPanel({ error, onRetry, actions, compact = false }: ErrorPanelProps): ReactNode {
  const shown = shownError(error)
  const [copied, setCopied] = useState(false)
  const copy = (): void => {
    const { code, title, message, next, details } = shown
    void copyText(JSON.stringify({ code, title, message, next, details }, null, 2)).then(setCopied)
  }
  return (
    <section role="alert" aria-label={shown.title} className={styles['panel']} data-compact={compact || undefined}>
      <Icon name="alert" className={styles['icon']} />
      <div className={styles['words']}>
        <h3>{shown.title}</h3>
        <p>{shown.message}</p>
        <p className={styles['next']}>{shown.next}</p>
        <div className={styles['actions']}>
          {onRetry !== undefined && (canRetry(shown.code) || !isErrorCode(shown.code)) && <Button onClick={onRetry}>Try again</Button>}
          {actions}
          <Button look="quiet" onClick={copy}>{copied ? 'Copied' : 'Copy details'}</Button>
        </div>
      </div>
    </section>
  )
}
