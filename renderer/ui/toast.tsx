// Short notices that something worked or did not; read out by the live region. They never carry what must be answered.
import { useEffect, useSyncExternalStore, type ReactNode } from 'react'
import { IconButton } from './button.tsx'
import { Icon } from './icon.tsx'
import { shownError } from './error-panel.tsx'
import { announce } from './live-region.tsx'
import styles from './toast.module.css'

interface Notice { readonly id: number; readonly tone: 'good' | 'bad'; readonly words: string; readonly more?: string }

let notices: readonly Notice[] = []
let nextId = 1
const listeners = new Set<() => void>()
const set = (next: readonly Notice[]): void => {
  notices = next
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void): (() => void) => { listeners.add(listener); return () => { listeners.delete(listener) } }
const dismiss = (id: number): void => set(notices.filter((n) => n.id !== id))

/** Says in one line that something worked. */
export function notify(words: string): void {
  set([...notices.slice(-2), { id: nextId++, tone: 'good', words }])
  announce(words)
}

/** Says that something failed which has no place of its own on the screen. */
export function notifyError(error: unknown): void {
  const { message, next } = shownError(error)
  set([...notices.slice(-2), { id: nextId++, tone: 'bad', words: message, more: next }])
  announce(`${message} ${next}`)
}

function Toast({ notice }: { readonly notice: Notice }): ReactNode {
  useEffect(() => {
    const timer = setTimeout(() => dismiss(notice.id), notice.tone === 'good' ? 5000 : 12_000)
    return () => clearTimeout(timer)
  }, [notice])
  return (
    <div className={styles['toast']} data-tone={notice.tone}>
      <Icon name={notice.tone === 'good' ? 'good' : 'alert'} className={styles['mark']} />
      <div className={styles['words']}>
        <p>{notice.words}</p>
        {notice.more !== undefined && <p className={styles['more']}>{notice.more}</p>}
      </div>
      <IconButton label="Dismiss" icon="close" onClick={() => dismiss(notice.id)} />
    </div>
  )
}

export function Toasts(): ReactNode {
  const shown = useSyncExternalStore(subscribe, () => notices)
  return shown.length === 0 ? null : <section aria-label="Notices" className={styles['stack']}>{shown.map((n) => <Toast key={n.id} notice={n} />)}</section>
}
