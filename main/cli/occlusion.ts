// The part of `slipway explain` that is about pictures: which parts of one of them a classifier goes by.
import { OcclusionFill, type Occlusion } from '../../shared/domain/occlusion.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { rankedPlaces } from '../../shared/explain/occlusion.ts'
import { formatCount, formatDelta, formatDuration, formatNumber, formatPlural } from '../../shared/format.ts'
import type { RunId } from '../../shared/ids.ts'
import { wholeNumber } from './number-option.ts'
import type { CliSession } from './open-session.ts'
import { paragraph, sections, table } from './print.ts'

export interface OcclusionOptions { readonly row?: string; readonly patch?: string; readonly stride?: string; readonly fill?: string; readonly class?: string }

/** Positions that are printed; all of them are in the JSON. */
const mostPlaces = 10
const largestSide = 16_384

function describe(map: Occlusion): string {
  const what = map.probability ? 'probability' : 'answer'
  return sections(
    paragraph(`Record ${map.record}, ${map.name}: the ${what} of ${map.class} is ${formatNumber(map.score)}${map.truth === null ? '' : `; the true class is ${map.truth}`}.`),
    {
      title: `The ${Math.min(mostPlaces, map.drops.length)} places where covering ${map.patch} × ${map.patch} of ${map.width} × ${map.height} pixels lowers it most`,
      body: table(['Left', 'Top', 'Drop'], rankedPlaces(map).slice(0, mostPlaces).map((p) => [String(p.left), String(p.top), formatDelta(p.drop)]), [0, 1, 2]),
    },
    paragraph(`${formatCount(map.drops.length)} positions, moved by ${map.stride}, covered with ${map.fill === 'mean' ? 'the mean colour' : map.fill}; ${formatPlural(map.modelCalls, 'call')} of the model in ${formatDuration(map.seconds * 1000)}. A drop is the ${what} of the whole picture minus that of the covered one.`),
    ...map.notes.map((note) => paragraph(`Note: ${note}`)),
  )
}

/** Covers the parts of one picture in turn. Errors: `input.invalid` for numbers and colours that are none. */
export async function occludeRow(session: CliSession, runId: RunId, options: OcclusionOptions): Promise<void> {
  const fill = OcclusionFill.safeParse(options.fill ?? 'mean')
  if (!fill.success) throw new SlipwayError('input.invalid', { reason: `--fill is ${OcclusionFill.options.join(', ')}, not “${options.fill ?? ''}”` })
  const record = wholeNumber('--row', options.row, { least: 1, most: 2_000_000_000 }) ?? 1
  const patch = wholeNumber('--patch', options.patch, { least: 1, most: largestSide })
  const stride = wholeNumber('--stride', options.stride, { least: 1, most: largestSide })
  const map = await session.job('run.occlusion', {
    runId, record, fill: fill.data, ...(patch === null ? {} : { patch }), ...(stride === null ? {} : { stride }), ...(options.class === undefined ? {} : { class: options.class }),
  })
  session.print(map, () => describe(map))
}
