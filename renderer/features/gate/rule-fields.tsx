// One rule of a gate as fields. What a rule means is in shared/domain/gate.ts; this file only edits it.
import type { ReactNode } from 'react'
import type { GateRule } from '../../../shared/domain/gate-rules.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { formatBytes, formatShare } from '../../../shared/format.ts'
import { IconButton } from '../../ui/button.tsx'
import { SelectField } from '../../ui/field.tsx'
import { metricWords, sliceWords } from '../../ui/metric/definition-of.ts'
import { NumberField } from '../../ui/number-field.tsx'
import styles from './gate.module.css'

export const ruleNames: Readonly<Record<GateRule['kind'], string>> = {
  metric: 'Metric limit', 'no-regression': 'No regression', rows: 'Rows scored', size: 'Model size', 'left-out': 'Rows left out',
}

/** A new rule of a kind, with values to start from. */
export function newRule(kind: GateRule['kind'], run: Run): GateRule {
  const metric = run.headline?.metric ?? run.metrics[0]?.metric ?? 'accuracy'
  switch (kind) {
    case 'metric': return { kind, metric, slice: '', op: metricWords(metric).direction === 'lower-is-better' ? '<=' : '>=', limit: run.headline?.value ?? 0 }
    case 'no-regression': return { kind, metric, slice: '', margin: 0.01 }
    case 'rows': return { kind, atLeast: Math.max(1, run.rows?.scored ?? 100) }
    case 'size': return { kind, atMostBytes: 100 * 1024 * 1024 }
    case 'left-out': return { kind, atMostShare: 0.05 }
  }
}

interface RuleProps { readonly rule: GateRule; readonly number: number; readonly metrics: readonly string[]; readonly run: Run; readonly onChange: (rule: GateRule) => void; readonly onRemove: () => void }
type Measured = Extract<GateRule, { kind: 'metric' | 'no-regression' }>

function MetricChoice({ rule, number, metrics, run, onChange }: Omit<RuleProps, 'rule' | 'onRemove'> & { readonly rule: Measured }): ReactNode {
  const slices = [...new Set(run.metrics.filter((m) => m.metric === rule.metric).map((m) => m.slice))]
  return (
    <>
      <SelectField className={styles['metric']} label={`Metric of rule ${number}`} quietLabel value={rule.metric} choices={[...new Set([...metrics, rule.metric])].map((m) => ({ value: m, label: metricWords(m).title }))} onChoose={(metric) => onChange({ ...rule, metric, slice: run.metrics.some((m) => m.metric === metric && m.slice === rule.slice) ? rule.slice : run.metrics.find((m) => m.metric === metric)?.slice ?? '' })} />
      {(slices.length > 1 || rule.slice !== '') && <SelectField className={styles['slice']} label={`Rows of rule ${number}`} quietLabel value={rule.slice} choices={[...new Set([...slices, rule.slice])].map((s) => ({ value: s, label: s === '' ? 'all rows' : sliceWords(s) }))} onChoose={(slice) => onChange({ ...rule, slice })} />}
    </>
  )
}

function Limits({ rule, number, onChange }: Pick<RuleProps, 'rule' | 'number' | 'onChange'>): ReactNode {
  const number_ = { label: `Limit of rule ${number}`, quietLabel: true, className: styles['limit'] } as const
  switch (rule.kind) {
    case 'metric': return (
      <>
        <SelectField className={styles['side']} label={`Side of rule ${number}`} quietLabel value={rule.op} choices={[{ value: '>=', label: 'at least' }, { value: '<=', label: 'at most' }]} onChoose={(op) => onChange({ ...rule, op })} />
        <NumberField {...number_} value={rule.limit} onNumber={(limit) => { if (limit !== null) onChange({ ...rule, limit }) }} />
      </>
    )
    case 'no-regression': return <><span>worse by at most</span><NumberField {...number_} min={0} value={rule.margin} onNumber={(margin) => { if (margin !== null) onChange({ ...rule, margin }) }} /></>
    case 'rows': return <><span>at least</span><NumberField {...number_} whole min={1} value={rule.atLeast} onNumber={(atLeast) => { if (atLeast !== null) onChange({ ...rule, atLeast }) }} /><span>rows</span></>
    case 'size': return <><span>at most</span><NumberField {...number_} whole min={1} value={rule.atMostBytes} onNumber={(atMostBytes) => { if (atMostBytes !== null) onChange({ ...rule, atMostBytes }) }} /><span>bytes <span className={styles['quiet']}>({formatBytes(rule.atMostBytes)})</span></span></>
    case 'left-out': return <><span>at most</span><NumberField {...number_} min={0} max={1} value={rule.atMostShare} onNumber={(atMostShare) => { if (atMostShare !== null) onChange({ ...rule, atMostShare }) }} /><span>of the rows <span className={styles['quiet']}>({formatShare(rule.atMostShare)})</span></span></>
  }
}

export function RuleFields(props: RuleProps): ReactNode {
  const { rule, number, onRemove } = props
  return (
    <>
      <span className={styles['kind']}>{ruleNames[rule.kind]}</span>
      <div className={styles['fields']}>
        {(rule.kind === 'metric' || rule.kind === 'no-regression') && <MetricChoice {...props} rule={rule} />}
        <Limits {...props} />
      </div>
      <IconButton label={`Remove rule ${number}`} icon="remove" onClick={onRemove} />
    </>
  )
}
