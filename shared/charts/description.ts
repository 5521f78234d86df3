// A chart as plain facts: what is on the axes and which points are drawn. Knows no drawing library.
// The screen draws it with one, svg.ts draws it for the model card, and the table twin lists the same points.

export interface ChartAxis {
  readonly name: string
  readonly unit?: string
  readonly min?: number
  readonly max?: number
  /** Names instead of numbers: point x is an index into them. */
  readonly categories?: readonly string[]
}

/** line: straight between points. step: constant to the next point. area: step, filled, for histograms. points: marks only. guide: a dashed reference. */
export type SeriesLook = 'line' | 'step' | 'area' | 'points' | 'guide'

export interface ChartSeries {
  readonly name: string
  readonly look: SeriesLook
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Marks on the line as well, for few points. */
  readonly marks?: boolean
  /** The interval of each point, in their order; null where there is none. Drawn as whiskers. */
  readonly spans?: readonly (readonly [low: number, high: number] | null)[]
  /** Words at single points, in their order, such as the aliases of a version. */
  readonly notes?: readonly (string | null)[]
}

export interface ChartDescription {
  readonly title: string
  /** What it shows, in one sentence with the numbers that matter; read out in place of the picture. */
  readonly summary: string
  readonly x: ChartAxis
  readonly y: ChartAxis
  readonly series: readonly ChartSeries[]
  /** Equal scales on both axes, as for rates. */
  readonly square?: boolean
}

/** Name and unit of an axis: `Rate (rows/s)`. */
export const axisTitle = (axis: ChartAxis): string => (axis.unit === undefined ? axis.name : `${axis.name} (${axis.unit})`)

export interface ChartRow { readonly id: string; readonly series: string; readonly x: string | number; readonly y: number; readonly low: number | null; readonly high: number | null; readonly note: string | null }

/** The drawn points as rows: the table twin and the CSV. Guides are no data and left out. */
export function chartRows(chart: ChartDescription): readonly ChartRow[] {
  return chart.series.filter((s) => s.look !== 'guide').flatMap((s, i) =>
    s.points.map(([x, y], k) => ({ id: `${i}-${k}`, series: s.name, x: chart.x.categories?.[x] ?? x, y, low: s.spans?.[k]?.[0] ?? null, high: s.spans?.[k]?.[1] ?? null, note: s.notes?.[k] ?? null })))
}
