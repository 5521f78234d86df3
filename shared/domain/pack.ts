// A model that travels between workspaces with all its history: what the file says of itself, and what came of bringing it in.
import { z } from 'zod'
import { ModelId, Sha256 } from '../ids.ts'

/** One stored row; a column that is not there takes the newer schema's own value. */
export const PackedRow = z.record(z.string(), z.union([z.string(), z.number(), z.null()]))
export type PackedRow = z.infer<typeof PackedRow>
export const PackedTable = z.object({ table: z.string(), rows: z.array(PackedRow) })
export type PackedTable = z.infer<typeof PackedTable>

/** `pack.json`: the list of everything else in the file. */
export const PackManifest = z.object({
  schema: z.literal('slipway.pack/1'), createdAt: z.number().int(), slipway: z.string(), databaseSchema: z.number().int().positive(), modelId: ModelId, modelName: z.string(),
  rows: z.object({ path: z.string(), sha256: Sha256, bytes: z.number().int() }),
  files: z.array(z.object({ path: z.string(), sha256: Sha256, bytes: z.number().int() })),
})
export type PackManifest = z.infer<typeof PackManifest>

export const PackReport = z.object({
  fileName: z.string(), bytes: z.number().int(), sha256: Sha256, modelName: z.string(), versions: z.number().int(), runs: z.number().int(), events: z.number().int(),
  /** What stays behind, in sentences. */
  notes: z.array(z.string()),
})
export type PackReport = z.infer<typeof PackReport>

export const UnpackReport = z.object({
  modelId: ModelId, modelName: z.string(),
  /** Rows that are new here, and rows that were here already. */
  added: z.number().int(), known: z.number().int(), versions: z.number().int(), runs: z.number().int(),
  notes: z.array(z.string()),
})
export type UnpackReport = z.infer<typeof UnpackReport>

/** What `model.pack` would write, before it does. */
export const PackPreview = z.object({
  modelName: z.string(), versions: z.number().int(), runs: z.number().int(), events: z.number().int(), files: z.number().int(),
  /** Data sets of its history that are flagged personal: a pack is refused, or what was made from them stays here. */
  personal: z.array(z.string()),
  /** What stays behind, in sentences. */
  notes: z.array(z.string()),
})
export type PackPreview = z.infer<typeof PackPreview>
