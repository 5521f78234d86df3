// The workspace as a whole: what a check of it found, what a backup holds, and what came out of one.
import { z } from 'zod'
import { Sha256 } from '../ids.ts'

export const FindingKind = z.enum(['database', 'reference', 'missing-file', 'damaged-file', 'unused-file', 'half-written', 'staging', 'journal', 'old-copy', 'data-set', 'open-run', 'record'])
export type FindingKind = z.infer<typeof FindingKind>

export const WorkspaceFinding = z.object({
  kind: FindingKind,
  /** A fault is something wrong; a leftover takes room and harms nothing; a note is worth knowing. */
  severity: z.enum(['fault', 'leftover', 'note']),
  /** The thing in the user's words, such as `income 2`. */
  about: z.string(),
  sentence: z.string(),
  next: z.string(),
  bytes: z.number().int().nullable(),
  /** Whether sweeping would remove it. */
  removable: z.boolean(),
})
export type WorkspaceFinding = z.infer<typeof WorkspaceFinding>

export const WorkspaceCheck = z.object({
  checkedAt: z.number().int(),
  /** No finding is a fault. */
  healthy: z.boolean(),
  sentence: z.string(),
  /** The database's schema number. */
  schema: z.number().int(),
  counts: z.object({ models: z.number().int(), versions: z.number().int(), runs: z.number().int(), files: z.number().int(), bytes: z.number().int() }),
  findings: z.array(WorkspaceFinding),
  /** What sweeping removed; null when it was not asked for. */
  swept: z.object({ count: z.number().int(), bytes: z.number().int() }).nullable(),
})
export type WorkspaceCheck = z.infer<typeof WorkspaceCheck>

/** `manifest.json` of a backup: the list of everything else in it. */
export const BackupManifest = z.object({
  schema: z.literal('slipway.backup/1'),
  createdAt: z.number().int(),
  slipway: z.string(),
  /** The database's schema number. */
  databaseSchema: z.number().int().positive(),
  withKey: z.boolean(),
  counts: z.object({ models: z.number().int(), versions: z.number().int(), runs: z.number().int() }),
  /** `path` is a file's name in the archive, `as` its place in the workspace. */
  files: z.array(z.object({ path: z.string(), as: z.string(), bytes: z.number().int().nonnegative(), sha256: Sha256 })),
})
export type BackupManifest = z.infer<typeof BackupManifest>

export const BackupReport = z.object({
  fileName: z.string(), bytes: z.number().int(), sha256: Sha256, createdAt: z.number().int(), withKey: z.boolean(),
  counts: BackupManifest.shape.counts, files: z.number().int(),
  /** What the workspace itself lacks and the backup therefore too, in sentences. */
  lacks: z.array(z.string()),
})
export type BackupReport = z.infer<typeof BackupReport>

export const RestoreReport = z.object({
  /** The folder's own name; the path stays on the main side. */
  folder: z.string(), createdAt: z.number().int(), slipway: z.string(), withKey: z.boolean(), counts: BackupManifest.shape.counts, files: z.number().int(), bytes: z.number().int(),
})
export type RestoreReport = z.infer<typeof RestoreReport>
