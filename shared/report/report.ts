// What a report is made of, before anything is laid out. Its numbers are written by the same functions as on the screens.

export type ReportBlock =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** Something that a reader must know before believing the numbers. */
  | { readonly kind: 'caveat'; readonly text: string }
  | { readonly kind: 'figures'; readonly figures: readonly ReportFigure[] }
  | { readonly kind: 'facts'; readonly facts: readonly { readonly name: string; readonly value: string }[] }
  | { readonly kind: 'table'; readonly table: ReportTable }
  | { readonly kind: 'chart'; readonly chart: ReportChart }

/** A large number with its name above and what stands behind it below. */
export interface ReportFigure { readonly name: string; readonly value: string; readonly under: string }

export interface ReportTable {
  readonly caption: string
  readonly columns: readonly { readonly name: string; readonly align?: 'end' }[]
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly string[])[]
}

export interface ReportChart { readonly title: string; readonly summary: string; readonly svg: string; /** The same numbers, folded away. */ readonly numbers: ReportTable | null }

export interface ReportSection { readonly title: string; readonly blocks: readonly ReportBlock[] }

export interface Report {
  readonly title: string
  /** What it is about, in one line: model, version, data set. */
  readonly about: string
  /** How the report ends up: shown in colour and in words. */
  readonly outcome: { readonly tone: 'good' | 'bad' | 'open'; readonly words: string } | null
  /** For somebody who reads nothing else. */
  readonly summary: readonly string[]
  readonly sections: readonly ReportSection[]
  /** From what it was made, so that it can be made again. */
  readonly origin: readonly { readonly name: string; readonly value: string }[]
}
