// Where a bundle comes from, as other tools read it: an in-toto statement with SLSA provenance in a DSSE envelope in a Sigstore bundle.
// Says what the manifest says and nothing of the machine that exported: no time of export, host, user or path.
import { createPublicKey, sign, verify } from 'node:crypto'
import type { BundleManifest } from '../../../../shared/domain/bundle.ts'
import { canonicalJson } from '../canonical-json.ts'
import type { SigningKey } from '../sign.ts'

const payloadType = 'application/vnd.in-toto+json'
const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json'

/** What DSSE signs: its pre-authentication encoding of type and payload. */
export const preAuthentication = (payload: Buffer): Buffer => Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `, 'utf8'), payload])

/** The statement: the bundle's list of hashes and its model are the subjects; data set and imported model are what it was made from. */
export function provenanceStatement(manifest: BundleManifest, rootDigest: string): unknown {
  const { model, lineage, app } = manifest
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'SHA256SUMS', digest: { sha256: rootDigest } }, { name: model.path, digest: { sha256: model.sha256 } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:slipway:bundle-export:1',
        externalParameters: { name: manifest.name, version: manifest.version, serial: manifest.serial, platforms: manifest.platforms, targets: manifest.targets ?? [] },
        internalParameters: { runId: lineage.runId, versionId: lineage.versionId, checkId: manifest.evaluation.gate.checkId, bindingDigest: lineage.bindingDigest, seed: lineage.seed },
        resolvedDependencies: [
          { name: 'dataset', digest: { sha256: lineage.datasetFingerprint } },
          { name: 'model', digest: { sha256: model.derivedFrom?.sha256 ?? model.sha256 } },
          { name: 'server', digest: { sha256: app.serverDigest } },
        ],
      },
      runDetails: { builder: { id: `urn:slipway:app:${app.version}` }, metadata: { invocationId: `urn:sha256:${rootDigest}` } },
    },
  }
}

const envelope = (payload: Buffer, signature: Buffer, keyId: string): string => `${canonicalJson({
  mediaType, verificationMaterial: { publicKey: { hint: keyId }, tlogEntries: [] },
  dsseEnvelope: { payload: payload.toString('base64'), payloadType, signatures: [{ sig: signature.toString('base64'), keyid: keyId }] },
})}\n`

const payloadOf = (manifest: BundleManifest, rootDigest: string): Buffer => Buffer.from(canonicalJson(provenanceStatement(manifest, rootDigest)), 'utf8')

/** `provenance.sigstore.json`. Deterministic. */
export function provenance(key: SigningKey, manifest: BundleManifest, rootDigest: string): string {
  const payload = payloadOf(manifest, rootDigest)
  return envelope(payload, sign(null, preAuthentication(payload), key.privateKey), key.keyId)
}

/** Whether the text is exactly the provenance of this manifest, signed by this key. */
export function provenanceHolds(publicPem: string, keyId: string, manifest: BundleManifest, rootDigest: string, given: string): boolean {
  const payload = payloadOf(manifest, rootDigest)
  const sig = ((): unknown => { try { return (JSON.parse(given) as { dsseEnvelope: { signatures: { sig: unknown }[] } }).dsseEnvelope.signatures[0]?.sig } catch { return null } })()
  if (typeof sig !== 'string') return false
  const signature = Buffer.from(sig, 'base64')
  return envelope(payload, signature, keyId) === given && signature.length === 64 && verify(null, preAuthentication(payload), createPublicKey(publicPem), signature)
}
