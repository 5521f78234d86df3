// A menu of actions behind one button, with arrow keys and typing ahead.
import { DropdownMenu } from 'radix-ui'
import { Fragment, type ReactNode } from 'react'
import { IconButton } from './button.tsx'
import { classes } from './classes.ts'
import styles from './floating.module.css'
import { Icon, type IconName } from './icon.tsx'

export interface MenuItem {
  readonly label: string
  readonly icon?: IconName
  readonly onSelect: () => void
  readonly disabled?: boolean
  readonly danger?: boolean
  /** A line above this item. */
  readonly separated?: boolean
}

export function Menu({ label, items, trigger }: { readonly label: string; readonly items: readonly MenuItem[]; readonly trigger?: ReactNode }): ReactNode {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger ?? <IconButton label={label} icon="more" />}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={styles['menu']} align="end" sideOffset={4} collisionPadding={8} aria-label={label}>
          {items.map((item) => (
            <Fragment key={item.label}>
              {item.separated === true && <DropdownMenu.Separator className={styles['separator']} />}
              <DropdownMenu.Item className={classes(styles['item'], item.danger && styles['danger'])} disabled={item.disabled ?? false} onSelect={item.onSelect}>
                {item.icon !== undefined && <Icon name={item.icon} />}
                {item.label}
              </DropdownMenu.Item>
            </Fragment>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
