// Recognises what a zip file is by the names in it, without unpacking anything.
// Works on the first and last bytes of the file only.
import type { ForeignKind } from './foreign.ts'

const latin1 = new TextDecoder('latin1')

/** Names of entries found by their headers in a piece of a zip file: local headers and those of the central directory. */
export function zipNames(piece: Uint8Array): readonly string[] {
  const names = new Set<string>()
  const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength)
  for (let at = 0; at + 46 <= piece.length; at++) {
    if (piece[at] !== 0x50 || piece[at + 1] !== 0x4b) continue
    const local = piece[at + 2] === 3 && piece[at + 3] === 4
    const central = piece[at + 2] === 1 && piece[at + 3] === 2
    if (!local && !central) continue
    const length = view.getUint16(at + (local ? 26 : 28), true)
    const start = at + (local ? 30 : 46)
    if (length > 0 && length < 1024 && start + length <= piece.length) names.add(latin1.decode(piece.subarray(start, start + length)))
  }
  return [...names]
}

/** What a zip with these entries is. An archive that holds an ONNX model is a plain zip. */
export function zipKind(names: readonly string[]): ForeignKind {
  const some = (pattern: RegExp): boolean => names.some((n) => pattern.test(n))
  if (some(/\.onnx$/i)) return 'zip'
  if (some(/(^|\/)(serialized_exported_program\.json|models\/[^/]+\.json|archive_format)$/)) return 'torchExport'
  if (some(/(^|\/)code\/__torch__|(^|\/)constants\.pkl$/)) return 'torchScript'
  if (some(/(^|\/)data\.pkl$/)) return 'torchZip'
  if (some(/^model\.weights\.h5$/) || (some(/^config\.json$/) && some(/^metadata\.json$/))) return 'kerasZip'
  if (some(/\.mlmodel$/i) || some(/com\.apple\.CoreML/)) return 'coremlPackage'
  if (some(/(^|\/)saved_model\.pb$/)) return 'savedModel'
  if (names.length > 0 && names.every((n) => /\.npy$/i.test(n))) return 'numpyZip'
  if (some(/^\[Content_Types\]\.xml$/) || some(/^META-INF\/manifest\.xml$/)) return 'office'
  return 'zip'
}
