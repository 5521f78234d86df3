// A modal dialog: focus stays inside and returns to where it was. Has its own veil, because Radix's overlay writes a style element.
import { Dialog as Radix } from 'radix-ui'
import type { KeyboardEventHandler, ReactNode } from 'react'
import { IconButton } from './button.tsx'
import { classes } from './classes.ts'
import styles from './floating.module.css'

interface DialogProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: string
  /** One sentence below the title; read out when the dialog opens. */
  readonly lead?: string
  readonly children: ReactNode
  /** The buttons, the main one last. */
  readonly actions?: ReactNode
  /** `full`: nearly the whole window. */
  readonly wide?: boolean | 'full'
  /** Keys that no control of the dialog has used. */
  readonly onKeyDown?: KeyboardEventHandler
  /** Where focus goes after closing; absent: where it was before. */
  readonly focusAfter?: () => void
}

/** Focus starts at the first control of the content, not at the button that closes it. */
function focusFirst(event: Event): void {
  const content = event.target instanceof HTMLElement ? event.target : null
  const first = content?.querySelector<HTMLElement>('[data-dialog-part] :is(input, select, textarea, button, a[href]):not(:disabled)')
  if (first === null || first === undefined) return
  event.preventDefault()
  first.focus()
}

export function Dialog({ open, onClose, title, lead, children, actions, wide = false, onKeyDown, focusAfter }: DialogProps): ReactNode {
  return (
    <Radix.Root open={open} onOpenChange={(next) => { if (!next) onClose() }}>
      <Radix.Portal>
        <div className={styles['veil']} />
        <Radix.Content onOpenAutoFocus={focusFirst} className={classes(styles['dialog'], wide !== false && styles[wide === 'full' ? 'full' : 'wide'])} onKeyDown={onKeyDown} onCloseAutoFocus={(event) => { if (focusAfter === undefined) return; event.preventDefault(); focusAfter() }} {...(lead === undefined ? { 'aria-describedby': undefined } : {})}>
          <div className={styles['dialogHead']}>
            <Radix.Title className={styles['dialogTitle']}>{title}</Radix.Title>
            <Radix.Close asChild><IconButton label="Close" icon="close" /></Radix.Close>
          </div>
          <div className={styles['dialogBody']} data-dialog-part>
            {lead !== undefined && <Radix.Description className={styles['lead']}>{lead}</Radix.Description>}
            {children}
          </div>
          {actions !== undefined && <div className={styles['dialogFoot']} data-dialog-part>{actions}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
