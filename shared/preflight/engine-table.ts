// What each engine carries: ONNX Runtime inside Triton's releases, IR and opsets of ONNX releases, KServe's versions and modes.
// Only what a source says stands here as certain; between what is certain and what is impossible lies "not known". Sources: docs/preflight.md.

/** Highest IR version, opset of ai.onnx and opset of ai.onnx.ml that are understood. */
export interface Understands { readonly ir: number; readonly opset: number; readonly ml: number }

export interface EngineRuntime {
  /** Release of the ONNX Runtime inside, where a source names it. */
  readonly onnxruntime: string | null
  /** It reads at least this. */
  readonly surely: Understands
  /** It cannot read more than this, for the ONNX release that defines more came later; null: no bound is known. */
  readonly atMost: Understands | null
}

/** ONNX releases: what each of them defines. */
export const onnxReleases: Readonly<Record<string, Understands>> = {
  '1.13': { ir: 8, opset: 18, ml: 3 }, '1.14': { ir: 9, opset: 19, ml: 3 }, '1.15': { ir: 9, opset: 20, ml: 4 }, '1.16': { ir: 10, opset: 21, ml: 5 },
  '1.17': { ir: 10, opset: 22, ml: 5 }, '1.18': { ir: 11, opset: 23, ml: 5 }, '1.19': { ir: 12, opset: 24, ml: 5 }, '1.20': { ir: 13, opset: 25, ml: 5 }, '1.21': { ir: 13, opset: 26, ml: 5 },
}
const release = (name: string): Understands => onnxReleases[name] ?? { ir: 0, opset: 0, ml: 0 }

interface TritonRelease extends EngineRuntime { readonly name: string }

/** Triton's releases whose ONNX Runtime a source names, and 23.05, which KServe ships and whose runtime was not confirmed. Oldest first. */
const tritonReleases: readonly TritonRelease[] = [
  { name: '23.04', onnxruntime: '1.14.1', surely: release('1.13'), atMost: release('1.13') },
  { name: '23.05', onnxruntime: null, surely: release('1.13'), atMost: release('1.14') },
  { name: '23.12', onnxruntime: '1.16.3', surely: release('1.14'), atMost: release('1.14') },
  { name: '24.03', onnxruntime: '1.17.2', surely: release('1.15'), atMost: release('1.15') },
  // 1.20.1 was seen to refuse IR 11; that it has all of ai.onnx.ml 5 is not confirmed.
  { name: '25.03', onnxruntime: '1.20.1', surely: { ir: 10, opset: 21, ml: 4 }, atMost: { ir: 10, opset: 22, ml: 5 } },
  // Released in mid 2026: ONNX 1.21 was out, ONNX 1.22 defines no more.
  { name: '26.07', onnxruntime: '1.27.0', surely: { ir: 10, opset: 21, ml: 4 }, atMost: release('1.21') },
]

/** The releases that the screen and the command line offer. */
export const tritonVersions: readonly string[] = tritonReleases.map((r) => r.name)
/** The one that KServe's stock runtime is pinned to, and the oldest that the bundle is written for. */
export const oldestTriton = '23.05'

/** Versions such as 23.05 or 0.20 in their order: negative where the first is older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)]
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/**
 * What the ONNX Runtime of a Triton release reads. Releases between two known ones read at least what the older reads and at
 * most what the newer reads; releases before all known ones are not known at all.
 */
export function runtimeOfTriton(version: string): EngineRuntime {
  const exact = tritonReleases.find((r) => compareVersions(r.name, version) === 0)
  if (exact !== undefined) return exact
  const older = tritonReleases.filter((r) => compareVersions(r.name, version) < 0).at(-1)
  const newer = tritonReleases.find((r) => compareVersions(r.name, version) > 0)
  return { onnxruntime: null, surely: older?.surely ?? { ir: 0, opset: 0, ml: 0 }, atMost: newer?.atMost ?? null }
}

/** The oldest release of the table that surely reads a model; null: none is confirmed to. */
export const tritonThatReads = (needs: Understands): string | null =>
  tritonReleases.find((r) => compareVersions(r.name, oldestTriton) >= 0 && r.surely.ir >= needs.ir && r.surely.opset >= needs.opset && r.surely.ml >= needs.ml)?.name ?? null

/** KServe's versions whose published definitions the bundle's files were checked against, or which lie between two that were. */
export const kserveVersions = ['0.15', '0.16', '0.17', '0.18', '0.19', '0.20'] as const
export const oldestKserve = '0.15'
/** From here on Standard mode has a canary of its own (`spec.canary`). */
export const standardCanarySince = '0.20'
