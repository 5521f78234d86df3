// Says that the connection to the application is gone, and brings it back. Jobs go on meanwhile. And what must be said of the workspace
// on every screen.
import type { ReactNode } from 'react'
import { useBridge, useConnectionState } from '../bridge/bridge.tsx'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import styles from './frame.module.css'

export function ConnectionBanner(): ReactNode {
  const state = useConnectionState()
  const { connection } = useBridge()
  if (state.kind !== 'closed') return null
  return (
    <div role="alert" className={styles['banner']}>
      <Icon name="warning" />
      <p><strong>The connection closed</strong> ({state.why}). Running jobs go on.</p>
      <Button onClick={() => connection.reconnect()}>Reconnect</Button>
    </div>
  )
}

export function NoticeBanner({ notices }: { readonly notices: readonly string[] }): ReactNode {
  return notices.map((sentence) => (
    <div key={sentence} role="status" className={styles['banner']}>
      <Icon name="warning" />
      <p>{sentence}</p>
    </div>
  ))
}
