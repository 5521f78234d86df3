// One parity report: where it ran, the verdict, the differences by output, the flipped rows, the speed of both.
import type { ReactNode } from 'react'
import { deviceNames, fallenBack } from '../../../shared/device-names.ts'
import { paritySentence, paritySpeedSentence, placementLine } from '../../../shared/device-words.ts'
import type { FlippedDecision, OutputParity, ParityReport, ParitySpeed, ParityVerdict } from '../../../shared/domain/device-report.ts'
import { formatCount, formatDuration, formatNumber, formatRate, formatShare } from '../../../shared/format.ts'
import { Stack } from '../../ui/page.tsx'
import { Mark, type Tone } from '../../ui/status.tsx'
import type { IconName } from '../../ui/icon.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './run.module.css'

const marks: Readonly<Record<ParityVerdict, { readonly tone: Tone; readonly icon: IconName }>> = {
  identical: { tone: 'good', icon: 'good' }, close: { tone: 'good', icon: 'good' }, apart: { tone: 'warn', icon: 'alert' },
  flipped: { tone: 'bad', icon: 'bad' }, 'not-run-there': { tone: 'warn', icon: 'alert' },
}

const number = (value: number | null): string => (value === null ? 'not available' : formatNumber(value))

const outputColumns: readonly TableColumn<OutputParity>[] = [
  { key: 'output', header: 'Output', value: (o) => o.output, clip: true, mono: true, width: '24%' },
  { key: 'values', header: 'Values', align: 'end', value: (o) => o.values, cell: (o) => formatCount(o.values) },
  { key: 'unequal', header: 'Unequal', align: 'end', value: (o) => o.unequal, cell: (o) => formatCount(o.unequal) },
  { key: 'outside', header: 'Beyond tolerance', align: 'end', value: (o) => o.outside + o.unlike, cell: (o) => formatCount(o.outside + o.unlike) },
  { key: 'largest', header: 'Largest difference', align: 'end', value: (o) => o.largest ?? -1, cell: (o) => number(o.largest) },
  { key: 'mean', header: 'Mean', align: 'end', value: (o) => o.mean ?? -1, cell: (o) => number(o.mean) },
  { key: 'relative', header: 'Largest relative', align: 'end', value: (o) => o.largestRelative ?? -1, cell: (o) => number(o.largestRelative) },
  { key: 'record', header: 'At record', align: 'end', value: (o) => o.record ?? 0, cell: (o) => (o.record === null ? '–' : String(o.record)) },
]

const confidence = (value: number | null): string => (value === null ? '' : ` (${formatShare(value)})`)

const flipColumns = (report: ParityReport): readonly TableColumn<FlippedDecision>[] => [
  { key: 'record', header: 'Record', align: 'end', width: '100px', value: (f) => f.record },
  { key: 'against', header: deviceNames[report.options.against], value: (f) => `${f.against}${confidence(f.againstConfidence)}`, clip: true },
  { key: 'device', header: deviceNames[report.options.device], value: (f) => `${f.device}${confidence(f.deviceConfidence)}`, clip: true },
]

/** Where no node ran on the device, its times are those of the CPU, and the table does not call them the device's. */
const speedColumns = (ranThere: boolean, asked: ParityReport['options']['device']): readonly TableColumn<ParitySpeed>[] => [
  { key: 'device', header: 'Device', value: (s) => (ranThere || s.device !== asked ? deviceNames[s.device] : `${deviceNames.cpu} (asked for ${deviceNames[s.device]})`) },
  { key: 'opening', header: 'Opening', align: 'end', value: (s) => s.openingMs, cell: (s) => formatDuration(s.openingMs) },
  { key: 'first', header: 'First call', align: 'end', value: (s) => s.firstCallMs, cell: (s) => formatDuration(s.firstCallMs) },
  { key: 'rate', header: 'Rows per second', align: 'end', value: (s) => s.rowsPerSecond ?? -1, cell: (s) => (s.rowsPerSecond === null ? 'not available' : formatRate(s.rowsPerSecond)) },
  { key: 'calls', header: 'Calls timed', align: 'end', value: (s) => s.calls, cell: (s) => formatCount(s.calls) },
]

export function ParityView({ report }: { readonly report: ParityReport }): ReactNode {
  const mark = marks[report.verdict]
  return (
    <Stack>
      <div className={styles['banner']}>
        <p data-warn={fallenBack(report.placement) !== 0 || undefined}>{placementLine(report.placement)}</p>
        <p><Mark tone={mark.tone} icon={mark.icon}>{paritySentence(report)}</Mark></p>
        {report.notes.map((note) => <p key={note}>{note}</p>)}
      </div>
      {report.verdict !== 'not-run-there' && <Table label="Differences by output" columns={outputColumns} rows={report.outputs} rowId={(o) => o.output} />}
      {report.decisions !== null && report.decisions.flipped > 0 && <Table label="Flipped decisions" columns={flipColumns(report)} rows={report.decisions.rows} rowId={(f) => String(f.record)} />}
      {report.decisions !== null && report.decisions.flipped > report.decisions.rows.length && <p>The first {report.decisions.rows.length} of {formatCount(report.decisions.flipped)} flipped decisions are listed.</p>}
      <Table label="Speed of both" columns={speedColumns(report.verdict !== 'not-run-there', report.options.device)} rows={[report.speeds.against, report.speeds.device]} rowId={(s) => s.device} />
      <p className={styles['quiet']}>{paritySpeedSentence(report)} Batches of {report.batchSize}; tolerance {report.tolerance.absolute} + {report.tolerance.relative} of the value.</p>
    </Stack>
  )
}
