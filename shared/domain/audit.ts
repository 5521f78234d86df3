// What the check of the record says: whether the chain of hashes holds, and every row that is not as it was written.
import { z } from 'zod'

export const AuditFinding = z.object({
  /**
   * `chain`: an entry does not follow from the one before it. `changed`, `missing`, `extra`: a row is not as its entry says, is gone,
   * or has no entry. `schema`: the database's own rules were changed. `damage`: pages cannot be read. `anchor`: an earlier copy of the
   * log knows entries that are not here. `unproven`: a request, an answer or an approval that its signature does not bear out.
   */
  kind: z.enum(['chain', 'changed', 'missing', 'extra', 'schema', 'damage', 'anchor', 'unproven']),
  /** null where it is about no row. */
  table: z.string().nullable(),
  /** The row's primary key; a JSON array when it has several columns. */
  key: z.string().nullable(),
  /** The entry of the ledger that tells of it. */
  seq: z.number().int().nullable(),
  sentence: z.string(),
})
export type AuditFinding = z.infer<typeof AuditFinding>

export const AuditHead = z.object({ seq: z.number().int(), /** hexadecimal */ hash: z.string(), at: z.number().int() })
export type AuditHead = z.infer<typeof AuditHead>

export const AuditReport = z.object({
  /** Nothing was found. */
  whole: z.boolean(),
  entries: z.number().int(),
  /** Rows that were hashed again; all metrics of a run count as one. */
  rows: z.number().int(),
  /** When the ledger was begun; null when its beginning is gone. */
  since: z.number().int().nullable(),
  /** The newest entry; null when there is none. */
  head: AuditHead.nullable(),
  findings: z.array(AuditFinding),
  /** Findings beyond those listed. */
  more: z.number().int(),
  checkedAt: z.number().int(),
})
export type AuditReport = z.infer<typeof AuditReport>

/** How the record stands, without looking through it. */
export const AuditState = z.object({
  entries: z.number().int(),
  since: z.number().int().nullable(),
  head: AuditHead.nullable(),
  /** The newest check; null when there was none. */
  checked: z.object({ at: z.number().int(), whole: z.boolean(), sentence: z.string(), /** How many entries there were then. */ entries: z.number().int().optional() }).nullable(),
  /** Everybody who is named in an event, by name; whether some name nobody; every verb. */
  people: z.array(z.string()),
  nameless: z.boolean(),
  verbs: z.array(z.string()),
})
export type AuditState = z.infer<typeof AuditState>
