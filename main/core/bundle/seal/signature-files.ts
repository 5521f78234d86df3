// The files of `signatures/`: the one that everybody checks, and the same word in the formats of other tools. Owns their names.
import type { BundleManifest } from '../../../../shared/domain/bundle.ts'
import { signBytes, type SigningKey } from '../sign.ts'
import { minisignHolds, minisignKey, minisignSignature } from './minisign.ts'
import { provenance, provenanceHolds } from './provenance.ts'
import { allowedSigners, sshHolds, sshSignature } from './sshsig.ts'

export const sumsFile = 'SHA256SUMS'
export const signatureFile = 'signatures/SHA256SUMS.sig'
export const publisherFile = 'signatures/publisher.pub.pem'
const minisigFile = 'signatures/SHA256SUMS.minisig'
const minisignKeyFile = 'signatures/publisher.minisign.pub'
const sshsigFile = 'signatures/SHA256SUMS.sshsig'
const allowedFile = 'signatures/allowed_signers'
export const provenanceFile = 'signatures/provenance.sigstore.json'

/** Bundles of before there were others have these two. */
export const firstSignatures: readonly string[] = [signatureFile, publisherFile]
/** What a bundle of today has in `signatures/`, sorted; its manifest lists them, so that none can be taken away unseen. */
export const signaturesOfToday: readonly string[] = [sshsigFile, signatureFile, minisigFile, allowedFile, provenanceFile, minisignKeyFile, publisherFile].sort()

/** What the trusted comment of minisign says; it shows it to whoever verifies. */
const comment = (manifest: BundleManifest): string => `${manifest.name}-${manifest.version} serial ${manifest.serial}`

export interface SignatureText { readonly path: string; readonly mediaType: string; readonly bytes: Buffer }

/** Everything that lies in `signatures/`, made from the list of hashes and the manifest. Deterministic. */
export function signatureTexts(key: SigningKey, sums: Buffer, manifest: BundleManifest, rootDigest: string): readonly SignatureText[] {
  const { publicPem, keyId } = key
  const text = (path: string, content: string, mediaType = 'text/plain'): SignatureText => ({ path, mediaType, bytes: Buffer.from(content, 'utf8') })
  return [
    { path: signatureFile, mediaType: 'application/octet-stream', bytes: signBytes(key, sums) },
    text(publisherFile, publicPem, 'application/x-pem-file'),
    text(minisigFile, minisignSignature(key, sums, comment(manifest))), text(minisignKeyFile, minisignKey(publicPem, keyId)),
    text(sshsigFile, sshSignature(key, sums)), text(allowedFile, allowedSigners(publicPem, keyId)),
    text(provenanceFile, provenance(key, manifest, rootDigest), 'application/vnd.dev.sigstore.bundle.v0.3+json'),
  ]
}

/** What the other formats are checked against: the key that the first signature was checked with. */
export interface SignedBundle { readonly publicPem: string; readonly keyId: string; readonly sums: Buffer; readonly manifest: BundleManifest; readonly rootDigest: string }

/** Whether a file of `signatures/` other than the first two is exactly what it has to be; null: no such file is known. */
export function otherSignatureHolds(path: string, given: string, of: SignedBundle): boolean | null {
  switch (path) {
    case minisigFile: return minisignHolds(of.publicPem, of.keyId, of.sums, comment(of.manifest), given)
    case minisignKeyFile: return given === minisignKey(of.publicPem, of.keyId)
    case sshsigFile: return sshHolds(of.publicPem, of.sums, given)
    case allowedFile: return given === allowedSigners(of.publicPem, of.keyId)
    case provenanceFile: return provenanceHolds(of.publicPem, of.keyId, of.manifest, of.rootDigest, given)
    default: return null
  }
}
