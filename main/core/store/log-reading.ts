// Reads a log that was exported before, as an anchor: what the chain was then. Refuses a file whose own chain does not hold.
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { SlipwayError } from '../../../shared/errors.ts'
import { digestRow, linkHash, type Cell } from './ledger-encoding.ts'
import type { Anchor } from './ledger-verify.ts'
import { logSchema } from './log-export.ts'

const Hex = z.string().regex(/^[0-9a-f]{64}$/)
const Heading = z.object({ schema: z.literal(logSchema), head: z.object({ seq: z.number().int(), hash: Hex }) })
const Line = z.object({ seq: z.number().int(), at: z.number().int(), kind: z.string(), key: z.string(), digest: Hex.nullable(), hash: Hex, row: z.record(z.string(), z.union([z.string(), z.number().int()])).optional() })
type Line = z.infer<typeof Line>

function parsed<T>(text: string, schema: z.ZodType<T>): T | null {
  try {
    const value = schema.safeParse(JSON.parse(text))
    return value.success ? value.data : null
  } catch { return null }
}

const cellsOf = (row: NonNullable<Line['row']>): Cell[] => Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, value]) => [name, typeof value === 'number' ? BigInt(value) : value])

function follows(line: Line, last: Line | null): boolean {
  if (line.row !== undefined && digestRow(line.kind, cellsOf(line.row)).toString('hex') !== line.digest) return false
  if (last === null) return line.seq === 0
  return line.seq === last.seq + 1 && line.hash === linkHash({ ...line, digest: line.digest === null ? null : Buffer.from(line.digest, 'hex'), previous: Buffer.from(last.hash, 'hex') }).toString('hex')
}

/** The newest entry of an exported log. Errors: `audit.logUnreadable`, also for one that was changed since. */
export async function readAnchor(path: string): Promise<Anchor> {
  const file = basename(path)
  const refuse = (reason: string): SlipwayError => new SlipwayError('audit.logUnreadable', { file, reason })
  let number = 0
  let last: Line | null = null
  let end: { seq: number; hash: string } | null = null
  const stream = createReadStream(path, 'utf8')
  try {
    for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
      number++
      if (number === 1) {
        end = parsed(text, Heading)?.head ?? null
        if (end === null) throw refuse('it is not a log that Slipway exported')
        continue
      }
      const line: Line | null = parsed(text, Line)
      if (line === null) throw refuse(`line ${number} is not an entry of the log`)
      if (!follows(line, last)) throw refuse(`line ${number} does not follow from the one before it, so the file was changed`)
      last = line
    }
  } catch (thrown) {
    if (thrown instanceof SlipwayError) throw thrown
    throw refuse(thrown instanceof Error && 'code' in thrown ? `the system answered ${String(thrown.code)}` : 'it cannot be read')
  } finally { stream.destroy() }
  if (last === null || last.seq !== end?.seq || last.hash !== end.hash) throw refuse('its end is missing')
  return { seq: last.seq, hash: last.hash, from: file }
}
