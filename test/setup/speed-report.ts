// A speed report as the store would hold it, for what a bundle makes of one.
import { SpeedReport } from '../../shared/domain/device-report.ts'

const mebibyte = 1024 * 1024
const id = (kind: string): string => `${kind}_${'0'.repeat(19)}1`
const batch = { warmUpCalls: 3, firstCallMs: 5, calls: 1000, meanMs: 0.5, p50: 0.4, p95: 0.8, p99: 1.5, p999: null, residentBytes: 200 * mebibyte }

/** Two threads, 200 MiB at most, 1 row in 0.5 ms (99th percentile 1.5 ms), 30,000 rows a second in batches of 32, ready after 0.5 s. */
export const measuredSpeed: SpeedReport = SpeedReport.parse({
  id: id('device'), versionId: id('version'), datasetId: id('dataset'), datasetSha256: 'a'.repeat(64), modelSha256: 'b'.repeat(64), createdAt: 1_700_000_000_000,
  placement: { providerAsked: 'cpu', providerUsed: 'cpu', nodesByProvider: [{ provider: 'CPUExecutionProvider', nodes: 2 }], copies: 0 },
  machine: { slipway: '0.1.0', runtime: '1.30.0', node: '20.20.2', platform: 'linux-x64', cpu: 'a processor', threads: 2, optimization: 'all' },
  notes: [], seconds: 4, options: { device: 'cpu' }, rows: 150,
  coldStart: { processMs: 400, sessionMs: 90, firstCallMs: 10 },
  memory: { beforeBytes: 80 * mebibyte, openedBytes: 90 * mebibyte, peakBytes: 200 * mebibyte },
  batches: [{ ...batch, batchSize: 1, rowsPerSecond: 2000 }, { ...batch, batchSize: 32, rowsPerSecond: 30_000 }],
  profile: null,
})
