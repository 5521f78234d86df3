// The fields of a rule as controls, made from the one table of what each kind has. Owns no rule kinds; shared/gate/rule-forms.ts does.
import { useState, type ReactNode } from 'react'
import { GateRule } from '../../../shared/domain/gate-rules.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { formatBytes, formatShare } from '../../../shared/format.ts'
import type { RuleField } from '../../../shared/gate/rule-forms.ts'
import { classes } from '../../ui/classes.ts'
import { CheckField, SelectField, TextField, type Choice } from '../../ui/field.tsx'
import { metricWords, sliceWords } from '../../ui/metric/definition-of.ts'
import { NumberField } from '../../ui/number-field.tsx'
import styles from './gate.module.css'

/** What a rule can name: of this run, its data and its model. */
export interface Names { readonly run: Run; readonly columns: readonly string[]; readonly datasets: readonly string[]; /** Aliases and other runs on the same data, with their words. */ readonly runs: readonly Choice<string>[] }

export interface InputProps { readonly rule: GateRule; readonly number: number; readonly field: RuleField; readonly names: Names; /** Shows the label above. */ readonly labelled: boolean; readonly onChange: (rule: GateRule) => void }

const valueOf = (rule: GateRule, key: string): unknown => (rule as Readonly<Record<string, unknown>>)[key]

/** The rule with another value; null where it would not be a rule any more. */
export function withValue(rule: GateRule, key: string, value: unknown): GateRule | null {
  const parsed = GateRule.safeParse({ ...rule, [key]: value })
  if (!parsed.success) return null
  return value === undefined ? (Object.fromEntries(Object.entries(parsed.data).filter(([k]) => k !== key)) as GateRule) : parsed.data
}

/** A list as words between commas; what is typed stays as typed. */
function ListField({ value, onList, ...field }: { readonly label: string; readonly quietLabel: boolean; readonly placeholder: string; readonly className?: string | undefined; readonly value: readonly string[]; readonly onList: (list: readonly string[]) => void }): ReactNode {
  const [draft, setDraft] = useState<{ readonly text: string; readonly of: string }>({ text: value.join(', '), of: value.join('\n') })
  const text = draft.of === value.join('\n') ? draft.text : value.join(', ')
  const onText = (next: string): void => {
    const list = next.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '')
    setDraft({ text: next, of: list.join('\n') })
    onList(list)
  }
  return <TextField {...field} value={text} onText={onText} />
}

function MetricInput({ rule, number, field, names: { run }, labelled, onChange }: InputProps & { readonly field: Extract<RuleField, { kind: 'metric' }> }): ReactNode {
  const value = valueOf(rule, 'metric')
  const metric = typeof value === 'string' ? value : ''
  const sliceValue = valueOf(rule, 'slice')
  const slice = typeof sliceValue === 'string' ? sliceValue : ''
  const slices = [...new Set([...run.metrics.filter((m) => m.metric === metric).map((m) => m.slice), slice])]
  const choices = [...(field.optional === true ? [{ value: '', label: 'the headline' }] : []), ...[...new Set([...run.metrics.map((m) => m.metric), ...(metric === '' ? [] : [metric])])].map((m) => ({ value: m, label: metricWords(m).title }))]
  const change = (next: string): void => {
    const own = run.metrics.filter((m) => m.metric === next)
    const changed = withValue(rule, 'metric', next === '' ? undefined : next)
    if (changed !== null) onChange(field.slices !== true || own.some((m) => m.slice === slice) ? changed : withValue(changed, 'slice', own[0]?.slice ?? '') ?? changed)
  }
  return (
    <>
      <SelectField className={styles['metric']} label={`${field.label} of rule ${number}`} quietLabel={!labelled} value={metric} choices={choices} onChoose={change} />
      {field.slices === true && (slices.length > 1 || slice !== '') && <SelectField className={styles['slice']} label={`Rows of rule ${number}`} quietLabel={!labelled} value={slice} choices={slices.map((s) => ({ value: s, label: s === '' ? 'all rows' : sliceWords(s) }))} onChoose={(s) => { const next = withValue(rule, 'slice', s); if (next !== null) onChange(next) }} />}
    </>
  )
}

/** Names to choose from where they are known; the value that is there is always among them. */
function textChoices(field: Extract<RuleField, { kind: 'text' }>, names: Names, value: string): readonly Choice<string>[] | null {
  if (field.of === 'free') return null
  const known: readonly Choice<string>[] = field.of === 'run' ? names.runs : (field.of === 'column' ? names.columns : names.datasets).map((name) => ({ value: name, label: name }))
  const none = field.of === 'run' ? 'the baseline run below' : field.of === 'dataset' ? (field.key === 'training' ? 'no training file' : 'this data') : 'no column'
  return [...(field.optional === true ? [{ value: '', label: none }] : []), ...known, ...(value !== '' && !known.some((k) => k.value === value) ? [{ value, label: value }] : [])]
}

/** One control. */
export function RuleInput(props: InputProps): ReactNode {
  const { rule, number, field, names, labelled, onChange } = props
  const value = valueOf(rule, field.key)
  const set = (next: unknown): void => { const changed = withValue(rule, field.key, next); if (changed !== null) onChange(changed) }
  const around = { label: labelled ? field.label : `${field.label} of rule ${number}`, quietLabel: !labelled }
  switch (field.kind) {
    case 'metric': return <MetricInput {...props} field={field} />
    case 'number': return (
      <NumberField {...around} className={classes(styles['limit'], field.as === 'bytes' && styles['wide'])} value={typeof value === 'number' ? value : null} optional={field.optional ?? false} whole={field.whole ?? false}
        {...(field.min === undefined ? {} : { min: field.min })} {...(field.max === undefined ? {} : { max: field.max })} onNumber={(next) => { if (next !== null || field.optional === true) set(next ?? undefined) }} />
    )
    case 'choice': {
      const choices = [...(field.optional === undefined ? [] : [{ value: '', label: field.optional }]), ...field.choices.map(([v, label]) => ({ value: v, label }))]
      return <SelectField {...around} className={styles['choice']} value={typeof value === 'string' ? value : ''} choices={choices} onChoose={(next) => set(next === '' ? undefined : next)} />
    }
    case 'text': {
      const own = typeof value === 'string' ? value : ''
      const choices = textChoices(field, names, own)
      if (choices !== null) return <SelectField {...around} className={styles['choice']} value={own} choices={choices} onChoose={(next) => set(next === '' ? undefined : next)} />
      return <TextField {...around} className={styles['choice']} value={own} onText={(next) => set(next === '' ? undefined : next)} />
    }
    case 'list': return <ListField {...around} className={styles['list']} placeholder={field.of === 'column' ? 'every column' : ''} value={Array.isArray(value) ? value as string[] : []} onList={(list) => set(list.length === 0 ? undefined : list)} />
    case 'flag': return <CheckField label={field.label} checked={value === true} onCheck={(on) => set(on ? true : undefined)} />
  }
}

/** What a large or a small number comes to. */
export function quietWords(rule: GateRule, field: RuleField): string | null {
  const value = valueOf(rule, field.key)
  if (field.kind !== 'number' || typeof value !== 'number') return null
  return field.as === 'bytes' ? formatBytes(value) : field.as === 'share' ? formatShare(value) : null
}
