// The approvals inside a bundle: a signed request for review with its evidence, and the signed answers to it (docs/review.md).
// Owns when an answer counts: signed by a key that the receiver trusts to approve, to this very request, about this very model and run.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { BundleManifest } from '../../../../shared/domain/bundle.ts'
import { SignedAnswer, SignedRequest, type Signer } from '../../../../shared/domain/review.ts'
import { readText, type BundleTree } from '../bundle-tree.ts'
import { canonicalJson } from '../canonical-json.ts'
import { keyIdOf, publicPemOf, verifyBytes } from '../sign.ts'
import { Refused, type Findings } from './findings.ts'
import { keyFault, type Trust } from './trust.ts'

export const approvalFile = 'evidence/approval.json'
export const Approvals = z.object({ schema: z.literal('slipway.approval/1'), request: SignedRequest, answers: z.array(SignedAnswer) }).strict()
export type Approvals = z.infer<typeof Approvals>

const check = 'approvals'

/** Whether the body is signed by the key that it names; what is signed is told in docs/review.md. */
function isSigned(signer: Signer, body: { readonly schema: string }, signature: string): boolean {
  try {
    return keyIdOf(signer.publicKey) === signer.keyId && verifyBytes(publicPemOf(signer.publicKey), Buffer.from(`${body.schema}\n${canonicalJson(body)}`, 'utf8'), Buffer.from(signature, 'base64'))
  } catch { return false }
}

async function readApprovals(tree: BundleTree): Promise<Approvals | null> {
  if (!tree.files.some((f) => f.path === approvalFile)) return null
  const text = (await readText(tree, approvalFile)).toString('utf8')
  const parsed = Approvals.safeParse((() => { try { return JSON.parse(text) as unknown } catch { return null } })())
  if (!parsed.success) throw new Refused('malformed', check, `${approvalFile} is not a request for review with its answers.`)
  return parsed.data
}

/** Everything that must hold whoever is trusted: signatures, the answers to this request, the request about this model and run. */
function demandSound({ request, answers }: Approvals, manifest: BundleManifest): void {
  const refuse = (sentence: string): never => { throw new Refused('malformed', check, sentence) }
  if (!isSigned(request.body.author, request.body, request.signature)) refuse('The request for review inside is not signed by the key that it names.')
  if (request.body.evidence.run.id !== manifest.lineage.runId || request.body.evidence.model.modelSha256 !== manifest.model.sha256) refuse('The request for review inside is about another model or run.')
  const sha256 = createHash('sha256').update(canonicalJson(request.body), 'utf8').digest('hex')
  for (const { body, signature } of answers) {
    if (!isSigned(body.reviewer, body, signature)) refuse(`The answer by ${body.reviewer.name} inside is not signed by the key that it names.`)
    if (body.requestId !== request.body.id || body.requestSha256 !== sha256) refuse(`The answer by ${body.reviewer.name} inside is to another request.`)
  }
}

/** Who approved, by keys that the receiver trusts for it; the author and whoever also rejected do not count. */
function counted({ request, answers }: Approvals, trust: Trust | null): readonly string[] {
  const rejected = new Set(answers.filter((a) => a.body.decision === 'reject').map((a) => a.body.reviewer.keyId))
  const good = answers.filter(({ body }) => {
    const key = trust?.keys.find((k) => k.publicPem === publicPemOf(body.reviewer.publicKey))
    return body.decision === 'approve' && key !== undefined && keyFault(key, body.answeredAt, 'approve') === null && body.reviewer.keyId !== request.body.author.keyId && !rejected.has(body.reviewer.keyId)
  })
  return [...new Set(good.map((a) => a.body.reviewer.keyId))]
}

/** Checks what is inside, and that at least `required` people approved. Throws Refused: `malformed`, `not-approved`. */
export async function checkApprovals(tree: BundleTree, manifest: BundleManifest, trust: Trust | null, required: number, findings: Findings): Promise<void> {
  const approvals = await readApprovals(tree)
  if (approvals !== null) demandSound(approvals, manifest)
  const keys = approvals === null ? [] : counted(approvals, trust)
  if (keys.length < required) throw new Refused('not-approved', check, `The bundle is intact, but ${keys.length === 0 ? 'nobody' : `only ${keys.length}`} whose key you trust to approve has approved it; ${required} must have.`)
  if (required > 0 || approvals !== null) findings.checks.push({ name: check, ok: true, detail: required > 0 ? `${keys.length} by keys that you trust to approve: ${keys.join(', ')}` : `${approvals?.answers.length ?? 0} answers inside, each signed; whose keys they are is yours to judge` })
}
