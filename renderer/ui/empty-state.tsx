// Nothing here yet: what this place is for, and the next action.
import type { ReactNode } from 'react'
import styles from './empty-state.module.css'
import { Icon, type IconName } from './icon.tsx'

export function EmptyState({ icon, title, children, actions }: { readonly icon: IconName; readonly title: string; readonly children?: ReactNode; readonly actions?: ReactNode }): ReactNode {
  return (
    <section className={styles['empty']} aria-label={title}>
      <span className={styles['icon']}><Icon name={icon} size={20} /></span>
      <h2>{title}</h2>
      {children !== undefined && <div className={styles['words']}>{children}</div>}
      {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
    </section>
  )
}
