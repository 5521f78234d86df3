// What a verification has found so far, and how it ends: the verdicts with their exit codes. Owns no check.
import type { BundleManifest, VerifyReport, VerifyVerdict } from '../../../../shared/domain/bundle.ts'

const exits: Readonly<Record<VerifyVerdict, number>> = { trusted: 0, tampered: 1, malformed: 2, 'unknown-publisher': 3, 'golden-mismatch': 4, downgrade: 5, 'not-approved': 3, secrets: 2 }

/** A check that failed; its message is the sentence of the report. */
export class Refused extends Error {
  readonly verdict: VerifyVerdict
  readonly check: string
  constructor(verdict: VerifyVerdict, check: string, message: string) {
    super(message)
    this.verdict = verdict
    this.check = check
  }
}

export interface Findings { checks: { name: string; ok: boolean; notRun?: true; detail: string }[]; rootDigest: string | null; keyId: string | null; manifest: BundleManifest | null }

export const noFindings = (): Findings => ({ checks: [], rootDigest: null, keyId: null, manifest: null })

export function report(verdict: VerifyVerdict, sentence: string, f: Findings): VerifyReport {
  return { verdict, exit: exits[verdict], sentence, checks: f.checks, rootDigest: f.rootDigest, publisherKeyId: f.keyId, name: f.manifest?.name ?? null, version: f.manifest?.version ?? null, serial: f.manifest?.serial ?? null }
}
