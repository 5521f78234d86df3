// app.diagnostics: versions, devices, storage, jobs and log of this installation, without anything of the user's.
import { readdirSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { cpus, freemem, homedir, hostname, release, totalmem, type as systemName, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Diagnostics } from '../../../shared/contract-desktop.ts'
import { logLineToShare } from '../../../shared/without-personal.ts'
import { knownProviders } from '../operations/app-probe.ts'
import type { Parts } from '../parts.ts'
import { readSettings } from '../store/history.ts'
import { onnxruntimeVersion } from './runtime-version.ts'

const newestLines = 200
const counted = ['models', 'versions', 'datasets', 'runs', 'gate_checks', 'bundles', 'review_requests', 'log_batches', 'events'] as const

function sizeOf(file: string): number {
  try { return statSync(file).size } catch { return 0 }
}

function filesIn(folder: string): { readonly files: number; readonly fileBytes: number } {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    return { files: entries.length, fileBytes: entries.reduce((sum, entry) => sum + sizeOf(join(entry.parentPath, entry.name)), 0) }
  } catch {
    return { files: 0, fileBytes: 0 }
  }
}

function freeBytes(folder: string): number | null {
  try { const { bavail, bsize } = statfsSync(folder); return bavail * bsize } catch { return null }
}

/** Who and where this is: words that must not leave the machine. */
function secretsOf(parts: Parts): readonly string[] {
  const user = ((): string => { try { return userInfo().username } catch { return '' } })()
  return [parts.places.workspace, homedir(), hostname(), user, parts.store.read(readSettings).publisherName]
}

function logLines(parts: Parts): readonly string[] {
  const secrets = secretsOf(parts)
  const before = ((): readonly string[] => { try { return readFileSync(parts.places.log, 'utf8').trim().split('\n') } catch { return [] } })()
  // Warnings stand in the file and in memory.
  const all = [...new Set([...before.slice(-newestLines), ...parts.log.recent()])]
  return all.slice(-newestLines).flatMap((line) => logLineToShare(line, secrets) ?? [])
}

/** The facts of this installation. */
export function diagnose(parts: Parts): Diagnostics {
  const counts = parts.store.read((db) => Object.fromEntries(counted.map((table) => [table, Number(db.get(`SELECT count(*) AS n FROM ${table}`)?.['n'] ?? 0)])))
  return {
    madeAt: parts.clock(),
    versions: { slipway: parts.version, electron: parts.electron, chromium: process.versions['chrome'] ?? null, node: process.versions.node, onnxruntime: onnxruntimeVersion(parts), platform: `${process.platform}-${process.arch}`, system: `${systemName()} ${release()}` },
    machine: { cores: cpus().length, memoryBytes: totalmem(), freeMemoryBytes: freemem() },
    devices: knownProviders(parts),
    storage: { databaseBytes: sizeOf(parts.places.database), ...filesIn(parts.places.blobs), freeBytes: freeBytes(parts.places.workspace) },
    counts, engine: parts.engine.state, readOnly: parts.readOnly !== null,
    jobs: parts.jobs.list().map((job) => ({ method: job.method, state: job.state, seconds: job.startedAt === null || job.endedAt === null ? null : (job.endedAt - job.startedAt) / 1000, error: job.error?.code ?? null })),
    log: [...logLines(parts)],
    crashReports: 'Slipway starts no crash reporter. What goes wrong is written into the log of the workspace and sent nowhere.',
  }
}
