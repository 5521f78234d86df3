// What a data set is: how its file is read, its columns, and the profile of each column.
// Owns no reading; `main/core/datasets` fills these shapes.
import { z } from 'zod'
import { DatasetId, Sha256 } from '../ids.ts'

export const Encoding = z.enum(['utf-8', 'utf-16le', 'utf-16be', 'latin-1'])
export type Encoding = z.infer<typeof Encoding>

/** How a delimited text file is read. Everything is detected, shown and can be overridden. */
export const CsvFormat = z.object({
  kind: z.literal('csv'),
  delimiter: z.string().length(1),
  quote: z.string().max(1),
  encoding: Encoding,
  byteOrderMark: z.boolean(),
  header: z.boolean(),
  decimal: z.enum(['.', ',']),
  trim: z.boolean(),
  /** Texts that mean "no value", beside the empty field. */
  missing: z.array(z.string()),
  /** The profile read every byte and found nothing odd (UTF-8, one kind of line end, equal field counts), so readers may take the fast path. */
  regular: z.boolean().optional(),
})
export type CsvFormat = z.infer<typeof CsvFormat>

/** What the masks hold. `value`: palette places or grey values; `color`: colours such as `#dc3c3c`. Order = the order of the list or of the values. */
export const MaskValues = z.object({
  by: z.enum(['value', 'color']),
  classes: z.array(z.object({ name: z.string(), /** Null where the list gives only a colour. */ value: z.number().int().nullable(), color: z.string().nullable() })),
  /** The value of pixels that are not judged; null: all are. */
  ignore: z.number().int().nullable(),
  /** Whether the names come from a list; else a class is called by its value or colour. */
  named: z.boolean(),
})
export type MaskValues = z.infer<typeof MaskValues>

/** Classes of boxes, in the order of the annotations. `value`: category id of a COCO file, class number of YOLO files. */
export const BoxClasses = z.object({
  classes: z.array(z.object({ name: z.string(), value: z.number().int() })),
  /** Whether the names come from a list; else a class is called by its number. */
  named: z.boolean(),
})
export type BoxClasses = z.infer<typeof BoxClasses>

export const ImageFolderFormat = z.object({
  kind: z.literal('images'),
  /**
   * `class-folders`: one folder per class; `label-file`: a flat folder and a CSV with file and label columns;
   * `coco`: boxes in one COCO JSON file; `yolo`: a text file of boxes per picture; `masks`: a mask picture per picture.
   */
  layout: z.enum(['class-folders', 'label-file', 'coco', 'yolo', 'masks']),
  /** Relative to the data set's folder, with `/`: where the pictures are, and the COCO file, the folder of YOLO files or of masks. */
  imageFolder: z.string().optional(),
  annotations: z.string().optional(),
  /** Layout `masks` only. `labelFile` then is the list of the classes. */
  masks: MaskValues.optional(),
  /** Layouts `coco` and `yolo` only. `labelFile` then is the list of the classes of YOLO files. */
  boxes: BoxClasses.optional(),
  labelFile: z.string().nullable(),
  fileColumn: z.string().nullable(),
  labelColumn: z.string().nullable(),
})
export type ImageFolderFormat = z.infer<typeof ImageFolderFormat>

export const DatasetFormat = z.discriminatedUnion('kind', [
  CsvFormat,
  z.object({ kind: z.literal('json') }),
  z.object({ kind: z.literal('jsonl') }),
  z.object({ kind: z.literal('parquet') }),
  ImageFolderFormat,
])
export type DatasetFormat = z.infer<typeof DatasetFormat>

/** What a user may override when adding a data set. */
export const FormatOverride = CsvFormat.omit({ kind: true, byteOrderMark: true, regular: true }).partial().extend({
  labelFile: z.string().optional(), fileColumn: z.string().optional(), labelColumn: z.string().optional(),
  types: z.record(z.string(), z.enum(['number', 'integer', 'boolean', 'string', 'timestamp'])).optional(),
})
export type FormatOverride = z.infer<typeof FormatOverride>

export const ColumnType = z.enum(['number', 'integer', 'boolean', 'string', 'timestamp', 'image'])
export type ColumnType = z.infer<typeof ColumnType>

export const Histogram = z.object({
  /** n + 1 increasing edges; every bin is closed on the left, the last one on both sides. */
  edges: z.array(z.number()), counts: z.array(z.number().int()),
})
export type Histogram = z.infer<typeof Histogram>

export const Column = z.object({
  name: z.string(),
  type: ColumnType,
  /** The type is the user's word; else it was detected. */
  typed: z.literal(true).optional(),
  rows: z.number().int(),
  missing: z.number().int(),
  /** Values that do not parse as the column's type. */
  invalid: z.number().int(),
  distinct: z.number().int(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  /** The same with every digit, where whole numbers are beyond 2^53 and `min` and `max` cannot hold them. */
  exactMin: z.string().optional(),
  exactMax: z.string().optional(),
  mean: z.number().nullable(),
  standardDeviation: z.number().nullable(),
  top: z.array(z.object({ value: z.string(), count: z.number().int() })),
  histogram: Histogram.nullable(),
})
export type Column = z.infer<typeof Column>

/** Something a reader should know before trusting the data. */
export const DatasetFinding = z.object({
  kind: z.enum(['ragged-rows', 'renamed-column', 'blank-lines', 'constant-column', 'duplicate-rows', 'mixed-types', 'skipped-files', 'unreadable-files', 'large-integers', 'nul-bytes', 'encoding', 'trimmed', 'note']),
  severity: z.enum(['note', 'warning']),
  sentence: z.string(),
  /** 1-based data records (header not counted) or file names, at most 100. */
  where: z.array(z.string()),
})
export type DatasetFinding = z.infer<typeof DatasetFinding>

export const Dataset = z.object({
  id: DatasetId,
  name: z.string(),
  kind: z.enum(['table', 'images']),
  format: DatasetFormat,
  /** The file or folder name, without its directory. */
  sourceName: z.string(),
  /** The name of the folder around a linked file; never a path. */
  folder: z.string().optional(),
  sha256: Sha256,
  bytes: z.number().int(),
  rows: z.number().int(),
  columns: z.array(Column),
  /** Class folders or label values of an image data set, with their counts. */
  classes: z.array(z.object({ value: z.string(), count: z.number().int() })),
  findings: z.array(DatasetFinding),
  copied: z.boolean(),
  /** What of it is personal data; absent: nothing was flagged. Its values enter no bundle and no export. */
  personal: z.object({ whole: z.boolean(), columns: z.array(z.string()) }).optional(),
  /** When, by whom and why its values were forgotten; absent: they are here. */
  forgotten: z.object({ at: z.number().int(), who: z.string().nullable(), reason: z.string().nullable() }).optional(),
  createdAt: z.number().int(),
})
export type Dataset = z.infer<typeof Dataset>

/** A page of rows as text cells; null is a missing value. For images the cells are file name and class. */
export const RowPage = z.object({
  columns: z.array(z.string()),
  /** 1-based data record numbers. */
  records: z.array(z.number().int()),
  rows: z.array(z.array(z.string().nullable())),
  total: z.number().int(),
})
export type RowPage = z.infer<typeof RowPage>

/** What the engine needs to open a data set. Paths exist on the main side only. */
export const DatasetSource = z.object({ path: z.string(), format: DatasetFormat, columns: z.array(Column.pick({ name: true, type: true }).extend({
  /** From the profile; 0 lets readers take a faster path for number columns. Leave it out when unknown. */
  invalid: z.number().int().optional(),
})) })
export type DatasetSource = z.infer<typeof DatasetSource>
