// What the desktop application asks about itself: the facts of this installation that help to find a fault, without anything of the user's.
import { z } from 'zod'
import { query } from './contract-kit.ts'
import { ProviderStatus } from './domain/run.ts'

export const Diagnostics = z.object({
  madeAt: z.number().int(),
  versions: z.object({ slipway: z.string(), electron: z.string().nullable(), chromium: z.string().nullable(), node: z.string(), onnxruntime: z.string(), platform: z.string(), system: z.string() }),
  machine: z.object({ cores: z.number().int(), memoryBytes: z.number(), freeMemoryBytes: z.number() }),
  devices: z.array(ProviderStatus),
  storage: z.object({ databaseBytes: z.number(), files: z.number().int(), fileBytes: z.number(), /** null: the system does not tell */ freeBytes: z.number().nullable() }),
  /** Rows of the main tables. */
  counts: z.record(z.string(), z.number().int()),
  engine: z.string(),
  readOnly: z.boolean(),
  /** Jobs of this session by what they do and how they ended. */
  jobs: z.array(z.object({ method: z.string(), state: z.string(), seconds: z.number().nullable(), /** the code of the error, never its words */ error: z.string().nullable() })),
  /** The newest lines of the log, with folders, names and everything in quotation marks taken out. */
  log: z.array(z.string()),
  crashReports: z.string(),
})
export type Diagnostics = z.infer<typeof Diagnostics>

export const desktopContract = {
  'app.diagnostics': query({ input: z.object({}).strict(), output: Diagnostics, reads: ['app', 'engine', 'jobs'] }),
}
