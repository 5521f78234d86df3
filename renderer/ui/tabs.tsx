// Tabs within a screen. The chosen one lives in the route, so the caller owns it.
import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { formatCount } from '../../shared/format.ts'
import styles from './tabs.module.css'

export interface Tab<K extends string> { readonly key: K; readonly label: string; readonly count?: number | undefined; readonly content: ReactNode }

export function Tabs<K extends string>({ label, tabs, value, onChange }: { readonly label: string; readonly tabs: readonly Tab<K>[]; readonly value: K; readonly onChange: (key: K) => void }): ReactNode {
  return (
    <Radix.Root className={styles['tabs']} value={value} onValueChange={(next) => onChange(next as K)}>
      <Radix.List className={styles['list']} aria-label={label}>
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.key} value={tab.key} className={styles['tab']}>
            {tab.label}
            {tab.count !== undefined && <span className={styles['count']}>{formatCount(tab.count)}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => <Radix.Content key={tab.key} value={tab.key} className={styles['panel']}>{tab.content}</Radix.Content>)}
    </Radix.Root>
  )
}
