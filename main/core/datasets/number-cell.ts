// What counts as a number in a text cell, as SQL: the one definition behind profiles and readers.
// A number: optional sign, digits with an optional point, optional exponent; blanks around it do not matter.

/** How text cells are to be read. */
export interface CellReading { readonly decimal: '.' | ','; readonly missing: readonly string[] }

const quotedText = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** The cell with the missing texts taken out. */
export function presentText(cell: string, reading: CellReading): string {
  return reading.missing.length === 0 ? cell : `CASE WHEN ${cell} IN (${reading.missing.map(quotedText).join(', ')}) THEN NULL ELSE ${cell} END`
}

/**
 * The cell as DOUBLE; NULL where it is no number. NaN and infinities, written out or by overflow, come back as they are.
 * DuckDB's cast would also take digit groups like 1_000; those are no numbers here.
 */
export function textAsDouble(cell: string, decimal: '.' | ','): string {
  if (decimal === ',') return `CASE WHEN contains(${cell}, '_') OR contains(${cell}, '.') THEN NULL ELSE TRY_CAST(replace(${cell}, ',', '.') AS DOUBLE) END`
  return `CASE WHEN contains(${cell}, '_') THEN NULL ELSE TRY_CAST(${cell} AS DOUBLE) END`
}

/** The cell as BIGINT; NULL where it is no whole number or does not fit 64 bits. Keeps every digit. `3.0` is a whole number. */
export function textAsInteger(cell: string, decimal: '.' | ','): string {
  return `CASE WHEN regexp_full_match(${cell}, '\\s*[+-]?\\d+(${decimal === ',' ? ',' : '\\.'}0*)?\\s*') THEN TRY_CAST(regexp_replace(trim(${cell}), '[.,]0*$', '') AS BIGINT) END`
}

/** 0 ok, 1 missing, 2 not a number, 3 not finite, for a present text and its value. */
export function stateOf(present: string, value: string): string {
  return `CASE WHEN (${present}) IS NULL THEN 1 WHEN (${value}) IS NULL THEN 2 WHEN NOT isfinite(${value}) THEN 3 ELSE 0 END::UTINYINT`
}

/** 0 ok, 1 missing, 2 not a number (also: outside 64 bits). */
export function integerStateOf(present: string, value: string): string {
  return `CASE WHEN (${present}) IS NULL THEN 1 WHEN (${value}) IS NULL THEN 2 ELSE 0 END::UTINYINT`
}
