// The frame of a screen: where we are, its title, its actions, and sections below.
import { useEffect, type ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './page.module.css'

export interface Crumb { readonly label: string; readonly href: string }

interface PageProps {
  readonly title: string
  readonly crumbs?: readonly Crumb[]
  /** Beside the title: version number, state. */
  readonly mark?: ReactNode
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
  /** Reading width instead of the whole window, for forms and prose. */
  readonly narrow?: boolean
  /** The content fills the window below the title and scrolls on its own. */
  readonly fill?: boolean
}

export function Page({ title, crumbs = [], mark, lead, actions, children, narrow = false, fill = false }: PageProps): ReactNode {
  useEffect(() => { document.title = `${title} · Slipway` }, [title])
  return (
    <article className={styles['page']} aria-label={title}>
      <header className={styles['head']}>
        <div className={styles['where']}>
          {crumbs.length > 0 && (
            <nav aria-label="Breadcrumb" className={styles['crumbs']}>
              {crumbs.map((c) => <span key={c.href} data-short={c.label.length <= 12 || undefined}><a href={c.href} title={c.label}>{c.label}</a><span aria-hidden="true" className={styles['slash']}>/</span></span>)}
            </nav>
          )}
          <h1 title={title} tabIndex={-1}>{title}</h1>
          {mark !== undefined && <div className={styles['marks']}>{mark}</div>}
        </div>
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </header>
      <div className={styles['scroll']} data-page-scroll tabIndex={-1}>
        <div className={classes(styles['body'], narrow && styles['narrow'], fill && styles['fill'])}>
          {lead !== undefined && <div className={styles['lead']}>{lead}</div>}
          {children}
        </div>
      </div>
    </article>
  )
}

/** The empty frame of a screen that is still being fetched. */
export const PageFrame = (): ReactNode => <div className={styles['page']} aria-busy="true"><div className={styles['head']} /></div>

export function Section({ title, count, note, actions, children, flush = false }: {
  readonly title: string; readonly count?: ReactNode; readonly note?: ReactNode; readonly actions?: ReactNode; readonly children: ReactNode; readonly flush?: boolean
}): ReactNode {
  return (
    <section className={styles['section']} aria-label={title}>
      <div className={styles['sectionHead']}>
        <h2>{title}</h2>
        {count !== undefined && <span className={styles['count']}>{count}</span>}
        <span className={styles['rule']} />
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </div>
      {note !== undefined && <p className={styles['note']}>{note}</p>}
      <div className={flush ? undefined : styles['sectionBody']}>{children}</div>
    </section>
  )
}

/** Blocks beside each other that wrap when there is no room. */
export const Columns = ({ children, min = 340 }: { readonly children: ReactNode; readonly min?: number }): ReactNode => (
  <div className={styles['columns']} style={{ gridTemplateColumns: `repeat(auto-fit, minmax(min(100%, ${min}px), 1fr))` }}>{children}</div>
)

/** A line of controls. */
export const Row = ({ children, end = false }: { readonly children: ReactNode; readonly end?: boolean }): ReactNode => <div className={classes(styles['row'], end && styles['end'])}>{children}</div>

/** Blocks below each other. */
export const Stack = ({ children }: { readonly children: ReactNode }): ReactNode => <div className={styles['stack']}>{children}</div>
