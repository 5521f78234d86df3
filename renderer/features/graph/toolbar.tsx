// The controls above the drawing: search, which graph, what it is painted with, groups, zoom, list, pictures.
import type { ReactNode, Ref } from 'react'
import type { GraphScope } from '../../../shared/domain/graph.ts'
import type { Version } from '../../../shared/domain/model.ts'
import { formatCount, formatPlural } from '../../../shared/format.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { CheckField, SelectField, TextField } from '../../ui/field.tsx'
import { Menu } from '../../ui/menu.tsx'
import styles from './graph.module.css'
import type { Paint } from './look.ts'

export interface ToolbarProps {
  readonly search: string; readonly onSearch: (text: string) => void; readonly found: number; readonly at: number; readonly onNext: (step: 1 | -1) => void; readonly searchBox: Ref<HTMLDivElement>
  readonly scopes: readonly GraphScope[]; readonly scope: number; readonly onScope: (scope: number) => void
  readonly paint: Paint; readonly onPaint: (paint: Paint) => void
  readonly others: readonly Version[]; readonly other: string; readonly onOther: (version: string) => void
  readonly constants: boolean; readonly onConstants: (shown: boolean) => void
  readonly groups: number; readonly onGroups: (open: boolean) => void
  readonly list: boolean; readonly onList: (list: boolean) => void
  readonly onZoom: (how: 'in' | 'out' | 'fit') => void
  readonly onSave: (what: 'svg' | 'png') => void
}

const paints: readonly (readonly [Paint, string])[] = [['kind', 'Operators'], ['flops', 'FLOPs'], ['parameters', 'Parameters'], ['memory', 'Memory'], ['time', 'Time'], ['device', 'Device'], ['diff', 'Difference']]

const scopeName = (s: GraphScope): string => `${s.kind === 'graph' ? 'The model’s graph' : s.kind === 'function' ? `Function ${s.name}` : s.name} (${formatCount(s.nodes)})`

export function Toolbar(p: ToolbarProps): ReactNode {
  return (
    <div className={styles['toolbar']} role="toolbar" aria-label="The drawing">
      <div className={styles['search']} ref={p.searchBox}>
        <TextField label="Search nodes" quietLabel type="search" placeholder="Search nodes" value={p.search} onText={p.onSearch} onKeyDown={(e) => { if (e.key === 'Enter') { e.preventDefault(); p.onNext(e.shiftKey ? -1 : 1) } }} />
        {p.search.trim() !== '' && <><span className={styles['hits']} role="status">{p.found === 0 ? 'none' : `${formatCount(p.at + 1)} of ${formatCount(p.found)}`}</span><IconButton label="Previous match" icon="previous" disabled={p.found === 0} onClick={() => p.onNext(-1)} /><IconButton label="Next match" icon="next" disabled={p.found === 0} onClick={() => p.onNext(1)} /></>}
      </div>
      {p.scopes.length > 1 && <SelectField label="Graph" quietLabel className={styles['wide']} value={String(p.scope)} choices={p.scopes.map((s) => ({ value: String(s.id), label: scopeName(s) }))} onChoose={(v) => p.onScope(Number(v))} />}
      <SelectField label="Paint" quietLabel className={styles['narrow']} value={p.paint} choices={paints.map(([value, label]) => ({ value, label }))} onChoose={p.onPaint} />
      {p.paint === 'diff' && <SelectField label="Compare with" quietLabel className={styles['narrow']} value={p.other} choices={[{ value: '', label: p.others.length === 0 ? 'No other version' : 'Since version …' }, ...p.others.map((v) => ({ value: v.id as string, label: `Since version ${v.number}` }))]} onChoose={p.onOther} />}
      <CheckField label="Constants" checked={p.constants} onCheck={p.onConstants} />
      <span className={styles['gap']} />
      {p.groups > 0 && !p.list && <><Button look="quiet" title={`${formatPlural(p.groups, 'group')} by names`} onClick={() => p.onGroups(true)}>Open groups</Button><Button look="quiet" onClick={() => p.onGroups(false)}>Close groups</Button></>}
      {!p.list && <><IconButton label="Smaller" icon="zoomOut" onClick={() => p.onZoom('out')} /><IconButton label="Larger" icon="zoomIn" onClick={() => p.onZoom('in')} /><IconButton label="Show all of it" icon="fit" onClick={() => p.onZoom('fit')} /></>}
      <Button look={p.list ? 'secondary' : 'quiet'} icon="table" aria-pressed={p.list} onClick={() => p.onList(!p.list)}>List</Button>
      {!p.list && <Menu label="Save the drawing" trigger={<IconButton label="Save the drawing" icon="download" />} items={[{ label: 'Save as SVG', onSelect: () => p.onSave('svg') }, { label: 'Save as PNG', onSelect: () => p.onSave('png') }]} />}
    </div>
  )
}
