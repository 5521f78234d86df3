// The policy as text, with numbered lines; every fault stands at its line and below in words.
import { useRef, type ReactNode } from 'react'
import type { PolicyReading } from '../../../shared/domain/gate.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { copyText } from '../../ui/clipboard.ts'
import { Row, Stack } from '../../ui/page.tsx'
import { Mark } from '../../ui/status.tsx'
import { notify } from '../../ui/toast.tsx'
import styles from './gate.module.css'

const leastLines = 12

export function PolicyText({ text, faults, onText }: { readonly text: string; readonly faults: PolicyReading['faults']; readonly onText: (text: string) => void }): ReactNode {
  const area = useRef<HTMLTextAreaElement>(null)
  const lines = Math.max(leastLines, text.split('\n').length)
  const wrong = new Set(faults.map((f) => f.line))
  const goTo = (line: number): void => {
    const start = text.split('\n').slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0)
    area.current?.focus()
    area.current?.setSelectionRange(start, start + (text.split('\n')[line - 1]?.length ?? 0))
  }
  return (
    <Stack>
      <div className={styles['editor']}>
        <div className={styles['gutter']} aria-hidden="true">{Array.from({ length: lines }, (_, i) => <span key={i} className={classes(wrong.has(i + 1) && styles['wrongLine'])}>{i + 1}</span>)}</div>
        <textarea ref={area} className={styles['text']} aria-label="Policy as text" spellCheck={false} wrap="off" rows={lines} value={text} aria-invalid={faults.length > 0} aria-describedby="policy-faults" onChange={(e) => onText(e.target.value)} />
      </div>
      <div id="policy-faults" role="status" className={styles['faults']}>
        {faults.length === 0 ? <Mark tone="good" icon="good">The text is a policy; the form follows it.</Mark> : (
          <ul>
            {faults.map((fault, i) => (
              <li key={i}>{fault.line === null ? null : <button type="button" className={styles['lineLink']} onClick={() => goTo(fault.line!)}>Line {fault.line}</button>} <span>{fault.sentence}.</span></li>
            ))}
          </ul>
        )}
      </div>
      <Row><Button icon="copy" onClick={() => void copyText(text).then((ok) => { if (ok) notify('Copied the policy.') })}>Copy</Button><span className={styles['quiet']}>For a pipeline: slipway gate RUN --policy gate.yaml</span></Row>
    </Stack>
  )
}
