// Which parts of a picture the model goes by: one record, a patch, the cost beforehand, and the map over the picture with its numbers.
import { useMemo, useState, type ReactNode } from 'react'
import type { Occlusion, OcclusionFill } from '../../../shared/domain/occlusion.ts'
import type { Run } from '../../../shared/domain/run.ts'
import { occlusionMap, occlusionPictures, rankedPlaces, usualPatch, type RankedPlace } from '../../../shared/explain/occlusion.ts'
import { formatCount, formatDelta, formatDuration, formatNumber, formatPlural } from '../../../shared/format.ts'
import { useJobHandle } from '../../bridge/use-jobs.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { CheckField, SelectField } from '../../ui/field.tsx'
import { NumberField } from '../../ui/number-field.tsx'
import { Row, Stack } from '../../ui/page.tsx'
import { PictureFrame } from '../../ui/pictures/picture-frame.tsx'
import { Progress } from '../../ui/progress.tsx'
import type { TableColumn } from '../../ui/table/columns.ts'
import { Table } from '../../ui/table/table.tsx'
import styles from './occlusion.module.css'

const columns: readonly TableColumn<RankedPlace>[] = [
  { key: 'left', header: 'Left', align: 'end', width: '80px', value: (p) => p.left },
  { key: 'top', header: 'Top', align: 'end', width: '80px', value: (p) => p.top },
  { key: 'drop', header: 'Drop of the score', align: 'end', value: (p) => p.drop, cell: (p) => formatDelta(p.drop) },
]

/** The drops over the picture: what speaks for the class in one colour, what speaks against it in another, both as strong as their size. */
function Heat({ map }: { readonly map: Occlusion }): ReactNode {
  const cells = useMemo(() => occlusionMap(map), [map])
  const most = Math.max(1e-12, ...cells.map((c) => Math.abs(c.value)))
  return (
    <svg className={styles['heat']} viewBox={`0 0 ${map.width} ${map.height}`} preserveAspectRatio="none" shapeRendering="crispEdges" aria-hidden="true">
      {cells.map((c) => <rect key={`${c.x} ${c.y}`} x={c.x} y={c.y} width={c.width} height={c.height} className={c.value >= 0 ? styles['for'] : styles['against']} opacity={0.75 * Math.abs(c.value) / most}><title>{formatDelta(c.value)}</title></rect>)}
    </svg>
  )
}

function Result({ map }: { readonly map: Occlusion }): ReactNode {
  const [heat, setHeat] = useState(true)
  const ranked = useMemo(() => rankedPlaces(map), [map])
  const [first] = ranked
  const what = map.probability ? 'probability' : 'answer'
  return (
    <Stack>
      <p role="status">
        The {what} of {map.class} for {map.name} is {formatNumber(map.score)}{map.truth === null ? '' : `; the true class is ${map.truth}`}.
        {first === undefined ? '' : first.drop > 0 ? ` It falls most, by ${formatNumber(first.drop)}, when the patch of ${map.patch} × ${map.patch} pixels lies at ${first.left}, ${first.top} from the top left.` : ' Nowhere does covering lower it.'}
      </p>
      <div className={styles['side']}>
        <div>
          <div className={styles['picture']}><PictureFrame picture={map} alt={`${map.name} as the model sees it${heat ? ', with the drops drawn over it' : ''}`} fit="square">{heat && <Heat map={map} />}</PictureFrame></div>
          <ul className={styles['legend']}><li><span className={styles['for']} />covering lowers the score: it speaks for {map.class}</li><li><span className={styles['against']} />covering raises it: it speaks against</li></ul>
          <CheckField label="Draw the drops over the picture" checked={heat} onCheck={setHeat} />
        </div>
        <Table label="Patch positions" columns={columns} rows={ranked} rowId={(p) => `${p.left} ${p.top}`} maxHeight="420px" />
      </div>
      <p className={styles['quiet']}>{formatCount(map.drops.length)} positions in {formatPlural(map.modelCalls, 'call')} of the model, {formatDuration(map.seconds * 1000)}. A drop is the {what} of the whole picture minus that of the covered one; a spot of the map is the mean of the patches over it, its strength relative to the largest.</p>
      {map.notes.map((note) => <p key={note} className={styles['quiet']}>{note}</p>)}
    </Stack>
  )
}

const fills: readonly { readonly value: OcclusionFill; readonly label: string }[] = [{ value: 'mean', label: 'mean colour' }, { value: 'black', label: 'black' }, { value: 'grey', label: 'grey' }, { value: 'white', label: 'white' }]

export function OcclusionPanel({ run }: { readonly run: Run }): ReactNode {
  const job = useJobHandle('run.occlusion')
  const image = run.binding.inputs.find((i) => i.kind === 'image')
  const size = image?.kind === 'image' ? image.image : { width: 1, height: 1 }
  const usual = usualPatch(size.width, size.height)
  const [record, setRecord] = useState(1)
  const [patch, setPatch] = useState(usual.patch)
  const [stride, setStride] = useState(usual.stride)
  const [fill, setFill] = useState<OcclusionFill>('mean')
  const cost = occlusionPictures(size.width, size.height, patch, stride)
  const rate = run.timing?.rowsPerSecond ?? null
  return (
    <Stack>
      <p>Covers every part of one picture in turn and asks the model again: {formatCount(cost)} pictures{rate === null || rate <= 0 ? '' : `, about ${formatDuration(Math.max(1, cost / rate) * 1000)} at this run’s pace`}.</p>
      <Row>
        <NumberField label="Record" value={record} onNumber={(n) => setRecord(n ?? 1)} whole min={1} />
        <NumberField label="Patch, pixels" value={patch} onNumber={(n) => setPatch(n ?? usual.patch)} whole min={1} max={Math.min(size.width, size.height)} />
        <NumberField label="Moved by, pixels" value={stride} onNumber={(n) => setStride(n ?? usual.stride)} whole min={1} max={Math.min(size.width, size.height)} />
        <SelectField label="Covered with" value={fill} onChoose={setFill} choices={fills} />
        <Button look="primary" icon="guess" busy={job.running} onClick={() => void job.start({ runId: run.id, record, patch, stride, fill })}>Explain</Button>
        {job.running && <Button onClick={() => job.cancel(job.job?.state === 'cancelling')}>Cancel</Button>}
      </Row>
      {job.running && <Progress label="Covering the picture" fraction={job.job?.fraction ?? null} />}
      {job.error !== null && <ErrorPanel error={job.error} />}
      {job.result !== null && <Result map={job.result} />}
    </Stack>
  )
}
