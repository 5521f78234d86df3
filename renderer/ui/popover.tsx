// More about something, one click away, without leaving the place.
import { Popover as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import styles from './floating.module.css'

export function Popover({ label, trigger, children }: { readonly label: string; readonly trigger: ReactNode; readonly children: ReactNode }): ReactNode {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles['popover']} sideOffset={6} collisionPadding={12} aria-label={label}>{children}</Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
