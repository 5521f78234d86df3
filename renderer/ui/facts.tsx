// Facts in two aligned columns: name and value. And the small values that appear everywhere: hashes and times.
import { useState, type ReactNode } from 'react'
import { formatAgo, formatTime, shortHash } from '../../shared/format.ts'
import { copyText } from './clipboard.ts'
import styles from './facts.module.css'
import { Tooltip } from './tooltip.tsx'

export interface Fact { readonly name: string; readonly value: ReactNode }

export function Facts({ facts, label }: { readonly facts: readonly Fact[]; readonly label?: string }): ReactNode {
  return (
    <dl className={styles['facts']} {...(label === undefined ? {} : { 'aria-label': label })}>
      {facts.map((fact) => <div key={fact.name} className={styles['fact']}><dt>{fact.name}</dt><dd>{fact.value}</dd></div>)}
    </dl>
  )
}

/** The first characters of a hash; a click copies all of it. */
export function Hash({ sha256, whole = false }: { readonly sha256: string; readonly whole?: boolean }): ReactNode {
  const [copied, setCopied] = useState(false)
  return (
    <Tooltip text={copied ? 'Copied' : `Copy ${sha256}`}>
      <button type="button" className={styles['hash']} aria-label={`${whole ? sha256 : shortHash(sha256)}: copy the SHA-256`} onClick={() => void copyText(sha256).then(setCopied)} onBlur={() => setCopied(false)}>
        {whole ? sha256 : shortHash(sha256)}
      </button>
    </Tooltip>
  )
}

/** A moment: how long ago, with the exact time on hover. */
export function Moment({ at, exact = false }: { readonly at: number; readonly exact?: boolean }): ReactNode {
  return <time dateTime={new Date(at).toISOString()} title={formatTime(at)} className={styles['moment']}>{exact ? formatTime(at) : formatAgo(at)}</time>
}

/** Text of a type, name or path, in the fixed-width face. */
export const Code = ({ children }: { readonly children: ReactNode }): ReactNode => <code className={styles['code']}>{children}</code>
