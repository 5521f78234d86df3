// A short explanation on hover and on keyboard focus. Never holds what cannot be read elsewhere.
import { Tooltip as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import styles from './floating.module.css'

export const TooltipProvider = ({ children }: { readonly children: ReactNode }): ReactNode => <Radix.Provider delayDuration={350} skipDelayDuration={200}>{children}</Radix.Provider>

export function Tooltip({ text, children, side = 'bottom' }: { readonly text: ReactNode; readonly children: ReactNode; readonly side?: 'top' | 'bottom' | 'left' | 'right' }): ReactNode {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles['tooltip']} side={side} sideOffset={6} collisionPadding={8}>{text}</Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
