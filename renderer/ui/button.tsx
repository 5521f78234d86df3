// Buttons: something that acts. A link that looks like one goes to a place and stays a link.
import type { ComponentPropsWithRef, ReactNode } from 'react'
import styles from './button.module.css'
import { classes } from './classes.ts'
import { Icon, type IconName } from './icon.tsx'
import { Tooltip } from './tooltip.tsx'

export type ButtonLook = 'primary' | 'secondary' | 'quiet' | 'danger'

interface Common { readonly look?: ButtonLook; readonly icon?: IconName; readonly busy?: boolean }

export function Button({ look = 'secondary', icon, busy = false, children, className, disabled, type = 'button', ...rest }: ComponentPropsWithRef<'button'> & Common): ReactNode {
  return (
    <button {...rest} type={type} className={classes(styles['button'], styles[look], className)} disabled={disabled === true || busy} aria-busy={busy || undefined}>
      {busy ? <Icon name="busy" className={styles['spin']} /> : icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  )
}

export function ButtonLink({ look = 'secondary', icon, children, className, ...rest }: ComponentPropsWithRef<'a'> & Omit<Common, 'busy'>): ReactNode {
  return (
    <a {...rest} className={classes(styles['button'], styles[look], className)}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </a>
  )
}

/** A button that shows only an icon; its label is the accessible name and the tooltip. */
export function IconButton({ label, icon, look = 'quiet', className, type = 'button', ...rest }: Omit<ComponentPropsWithRef<'button'>, 'children'> & { readonly label: string; readonly icon: IconName; readonly look?: ButtonLook }): ReactNode {
  return (
    <Tooltip text={label}>
      <button {...rest} type={type} aria-label={label} className={classes(styles['button'], styles[look], styles['square'], className)}>
        <Icon name={icon} />
      </button>
    </Tooltip>
  )
}
