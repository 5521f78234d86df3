// From a passed check to the export: what comes next, and why it does not where the gate stands against it.
import type { ReactNode } from 'react'
import type { GateCheck } from '../../../shared/domain/gate.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { href } from '../../route.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Row, Section } from '../../ui/page.tsx'

export function ExportPanel({ run, check }: { readonly run: Run; readonly check: GateCheck }): ReactNode {
  const allowed = check.passed || check.override !== null
  return (
    <Section title="Export" note="Choose what it is deployed to, see whether it loads there and what goes in, and write one signed file that is read again and verified before it is put in place.">
      <Row>
        {allowed ? <ButtonLink look="primary" icon="export" href={href({ screen: 'export', runId: run.id })}>Choose targets and export</ButtonLink> : <span>The gate must be passed or overridden first.</span>}
      </Row>
    </Section>
  )
}
