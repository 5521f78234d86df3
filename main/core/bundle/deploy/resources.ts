// How much processor and memory a bundle asks its platform for: from the newest speed report of this very model, else cautious defaults.
// It refuses to pass a default off as a measurement: `measured` and `why` say which of the two every number is.
import type { BundleFacts } from '../facts.ts'

const mebibyte = 1024 * 1024
/** The server beside the model: its own process, request bodies under way, verification. */
const serverMib = 160
/** Small models gain nothing from more, and a platform rarely has more to give in one place. */
const mostProcessors = 4

export interface Resources {
  /** false: nobody measured this model; every number below is a default. */
  readonly measured: boolean
  /** Whole processors, asked for and at most: as many as the speed was measured with, so that its numbers hold. */
  readonly processors: number
  /** Mebibytes asked for: what the model needed at its largest batch, and the server. */
  readonly memoryMib: number
  /** Mebibytes at most: half as much again, because a measurement of seconds has not seen everything. */
  readonly memoryLimitMib: number
  /** Rows a second at the best batch size that was measured; null: not measured. */
  readonly rowsPerSecond: number | null
  /** Milliseconds of one call with one row (the 99th percentile, the mean where too few calls were made); null: not measured. */
  readonly oneRowMs: number | null
  /** Seconds after which a server that is not ready has failed to start: ten times the measured cold start, at least 30. */
  readonly startSeconds: number
  /** Where the numbers come from, as lines for a comment. */
  readonly why: readonly string[]
}

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step

/** Without a measurement: the weights four times over (file, session, arena, batch), and a quarter gibibyte for everything else. */
function defaults(facts: BundleFacts): Resources {
  const weights = facts.version.files.reduce((sum, file) => sum + file.bytes, 0) / mebibyte
  const memoryMib = Math.max(512, roundUp(256 + 4 * weights, 64))
  return {
    measured: false, processors: 1, memoryMib, memoryLimitMib: 2 * memoryMib, rowsPerSecond: null, oneRowMs: null, startSeconds: 120,
    why: ['Not measured: no speed report existed for this model. These are cautious defaults; measure under load before production.'],
  }
}

/**
 * What to ask for. Measured: the peak of the process that ran the model plus 160 MiB for the server, rounded up to 64 MiB,
 * the limit at 1.5 times that; as many processors as the report's threads, from 1 to 4.
 */
export function resourcesOf(facts: BundleFacts): Resources {
  const { speed } = facts
  if (speed === null) return defaults(facts)
  const peak = speed.memory.peakBytes / mebibyte
  const memoryMib = roundUp(peak + serverMib, 64)
  const processors = Math.min(mostProcessors, Math.max(1, speed.machine.threads))
  const best = speed.batches.reduce<(typeof speed.batches)[number] | null>((most, batch) => (most === null || batch.rowsPerSecond > most.rowsPerSecond ? batch : most), null)
  const single = speed.batches.find((batch) => batch.batchSize === 1)
  const { processMs, sessionMs, firstCallMs } = speed.coldStart
  return {
    measured: true, processors, memoryMib, memoryLimitMib: roundUp(1.5 * memoryMib, 64),
    rowsPerSecond: best?.rowsPerSecond ?? null, oneRowMs: single === undefined ? null : (single.p99 ?? single.meanMs),
    startSeconds: Math.max(30, Math.ceil((10 * (processMs + sessionMs + firstCallMs)) / 1000)),
    why: [
      `Memory: ${Math.ceil(peak)} MiB at most were measured with the model, ${serverMib} MiB are for the server; the limit is half as much again.`,
      `Processors: measured with ${speed.machine.threads} thread${speed.machine.threads === 1 ? '' : 's'}${speed.machine.threads > mostProcessors ? `, cut to ${mostProcessors}: the measured speed will not be reached` : ''}.`,
      ...(best === null ? [] : [`Speed there: ${Math.round(best.rowsPerSecond)} rows a second in batches of ${best.batchSize}, of the model alone.`]),
    ],
  }
}

export interface Quantities { readonly requests: { readonly cpu: string; readonly memory: string }; readonly limits: { readonly cpu: string; readonly memory: string } }

/** The same in Kubernetes' words. */
export const quantities = (resources: Resources): Quantities => ({
  requests: { cpu: String(resources.processors), memory: `${resources.memoryMib}Mi` },
  limits: { cpu: String(resources.processors), memory: `${resources.memoryLimitMib}Mi` },
})
