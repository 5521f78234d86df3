// One rule of a gate: what it asks as fields, and what it finds in the chosen run, in one sentence.
import { useState, type ReactNode } from 'react'
import type { GateFinding } from '../../../shared/domain/gate.ts'
import { ruleForms } from '../../../shared/gate/rule-forms.ts'
import { IconButton } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { Badge } from '../../ui/status.tsx'
import styles from './gate.module.css'
import { quietWords, RuleInput, withValue, type InputProps } from './rule-inputs.tsx'

const marks: Readonly<Record<GateFinding['verdict'], readonly [IconName, string]>> = { pass: ['good', 'Holds'], fail: ['bad', 'Fails'], 'not-established': ['help', 'Not established'] }

type RuleProps = Omit<InputProps, 'field' | 'labelled'> & { /** Null while it is not known yet. */ readonly finding: GateFinding | null; readonly onRemove: () => void }

/** Fields that are seldom needed, and what every rule may say. */
function MoreFields({ rule, number, names, onChange }: Omit<InputProps, 'field' | 'labelled'>): ReactNode {
  const severity = 'severity' in rule ? rule.severity ?? 'required' : 'required'
  const set = (key: string, value: unknown): void => { const next = withValue(rule, key, value); if (next !== null) onChange(next) }
  return (
    <div className={styles['moreFields']}>
      {ruleForms[rule.kind].more.map((field) => <RuleInput key={field.key} rule={rule} number={number} names={names} field={field} labelled onChange={onChange} />)}
      <SelectField label="If it does not hold" className={styles['choice']} value={severity} choices={[{ value: 'required', label: 'the gate is not passed' }, { value: 'advisory', label: 'it is only shown' }]} onChoose={(next) => set('severity', next === 'required' ? undefined : next)} />
      <TextField label="Why the rule is there" className={styles['why']} value={'why' in rule ? rule.why ?? '' : ''} onText={(text) => set('why', text === '' ? undefined : text)} />
    </div>
  )
}

export function RuleFields({ finding, onRemove, ...props }: RuleProps): ReactNode {
  const { rule, number } = props
  const [open, setOpen] = useState(false)
  const form = ruleForms[rule.kind]
  const mark = finding === null ? null : marks[finding.verdict]
  const set = form.more.some((field) => (rule as Readonly<Record<string, unknown>>)[field.key] !== undefined) || ('why' in rule && rule.why !== undefined)
  return (
    <>
      <span className={styles['kind']}><span className={styles['number']}>{number}</span><span>{form.title}</span>{'severity' in rule && rule.severity === 'advisory' && <span className={styles['advisory']}><Badge>advisory</Badge></span>}</span>
      <div className={styles['fields']}>
        {form.main.map((field) => {
          const quiet = quietWords(rule, field)
          return (
            <span key={field.key} className={styles['part']}>
              {field.before !== undefined && <span>{field.before}</span>}
              <RuleInput {...props} field={field} labelled={false} />
              {field.after !== undefined && <span>{field.after}</span>}
              {quiet !== null && <span className={styles['quiet']}>({quiet})</span>}
            </span>
          )
        })}
      </div>
      <span className={styles['ruleActions']}>
        <IconButton label={`${open ? 'Fewer' : 'More'} fields of rule ${number}`} icon={open ? 'close' : set ? 'edit' : 'more'} aria-expanded={open} onClick={() => setOpen(!open)} />
        <IconButton label={`Remove rule ${number}`} icon="remove" onClick={onRemove} />
      </span>
      {open && <MoreFields {...props} />}
      <p className={styles['sentence']} data-verdict={finding?.verdict}>
        {mark !== null && <><Icon name={mark[0]} size={14} className={classes(styles['mark'], styles[finding!.verdict])} /><span className="visually-hidden">{mark[1]}: </span></>}
        {finding === null ? form.asks : finding.sentence}
      </p>
    </>
  )
}
