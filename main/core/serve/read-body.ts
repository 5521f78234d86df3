// From the bytes of a body to what they say: JSON in UTF-8, JSON with binary tensors behind it, or the bytes of one tensor alone.
// Owns where the JSON ends; refuses what is not UTF-8 and lengths that cannot be.
import { isAscii, isUtf8 } from 'node:buffer'
import type { BundleManifest } from '../../../shared/domain/bundle.ts'
import { readRawRequest, readRequest, type ReadRequest } from './protocol.ts'
import { RequestFault } from './request-fault.ts'

/** Strict: a byte that is no UTF-8 is not replaced by another one. */
export function readJson(bytes: Buffer): unknown {
  try {
    if (isAscii(bytes)) return JSON.parse(bytes.toString('latin1'))
    if (isUtf8(bytes)) return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''))
  } catch { /* told below */ }
  throw new RequestFault(400, 'the body is not JSON in UTF-8')
}

/** A request of the protocol; `header`: the value of Inference-Header-Content-Length. */
export function readInferBody(body: Buffer, header: string | undefined, manifest: BundleManifest): ReadRequest {
  // A value of JSON takes a digit and a comma at least.
  if (header === undefined) return readRequest(readJson(body), manifest, null, body.length)
  const length = /^\d{1,10}$/.test(header) ? Number(header) : Number.NaN
  if (!(length <= body.length)) throw new RequestFault(400, `Inference-Header-Content-Length is “${header.slice(0, 20)}”, but must be a number of bytes up to ${body.length}, the length of the body`)
  if (length === 0) return readRawRequest(body, manifest)
  return readRequest(readJson(body.subarray(0, length)), manifest, body.subarray(length), body.length)
}
