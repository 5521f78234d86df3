// bundle.json: the manifest of a bundle, made from stored facts and the list of staged files.
import { createHash } from 'node:crypto'
import { BundleManifest, type BundleFile } from '../../../shared/domain/bundle.ts'
import { fixedBatch } from '../../../shared/binding/shapes.ts'
import { slugOf } from '../../../shared/slug.ts'
import { canonicalJson } from './canonical-json.ts'
import { bundleTensors } from './contract-files.ts'
import { bindingOf, servedSignature, type BundleFacts } from './facts.ts'
import { rowElements } from './golden.ts'
import { goldenTolerance } from './golden-lines.ts'
import { scanVersion } from './seal/scan.ts'
import { signaturesOfToday } from './seal/signature-files.ts'
import { monitoringSection } from './watch/monitoring-section.ts'

export const serving = { protocol: 'oip-v2', defaultPort: 8080, maxBodyBytes: 16 * 1024 * 1024, maxRows: 4096 } as const
const mebibyte = 1024 * 1024

/** Limits of the server. A number takes up to 24 characters of JSON, and a few rows must fit however large one is. */
export function servingSection(facts: BundleFacts): BundleManifest['serving'] {
  const signature = servedSignature(facts.version)
  const fewRows = 4 * Math.max(1, fixedBatch(signature.inputs) ?? 1) * rowElements(signature, bindingOf(facts).inputs) * 24
  return { ...serving, maxBodyBytes: Math.max(serving.maxBodyBytes, Math.ceil(fewRows / mebibyte) * mebibyte) }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

/** When the evaluation finished, as RFC 3339 in UTC to the second. */
export const evaluatedAt = (facts: BundleFacts): string => `${new Date(facts.run.endedAt ?? facts.run.createdAt).toISOString().slice(0, 19)}Z`

/** What the reader must know was assumed rather than established. */
export const assumptionsOf = (facts: BundleFacts): string[] => facts.run.guesses.filter((g) => g.confidence !== 'certain').map((g) => `${g.about} = ${g.value} (${g.confidence}: ${g.reason})`)

function modelSection(facts: BundleFacts, modelPath: string, model: { sha256: string; bytes: number }): BundleManifest['model'] {
  const { version } = facts
  const binding = bindingOf(facts)
  const opset = version.graph.opsets.find((o) => o.domain === '' || o.domain === 'ai.onnx')?.version ?? 0
  return {
    path: modelPath, format: 'onnx', sha256: model.sha256, bytes: model.bytes, opset, irVersion: version.graph.irVersion, task: binding.task, ...bundleTensors(facts),
    ...(binding.classes.length > 0 ? { classes: binding.classes.map((c) => c.label) } : {}),
    ...(binding.positiveClass === null ? {} : { positiveClass: binding.positiveClass }),
    ...(binding.decision.kind === 'threshold' ? { decisionThreshold: binding.decision.threshold } : {}),
    ...(version.derivation === null ? {} : { derivedFrom: { sha256: version.derivation.sourceSha256, edits: version.derivation.edits } }),
    tolerance: { ...goldenTolerance },
  }
}

function evaluationSection(facts: BundleFacts): BundleManifest['evaluation'] {
  const { run, check } = facts
  return {
    runId: run.id, rows: run.rows?.scored ?? 0, provider: run.environment?.providerUsed ?? 'not recorded',
    metrics: run.metrics.map((m) => ({ metric: m.metric, slice: m.slice, value: m.value, n: m.n })),
    gate: { checkId: check.id, passed: check.passed, findings: check.findings, override: check.override },
    assumptions: assumptionsOf(facts),
  }
}

/** The manifest; `files` are all but bundle.json, SHA256SUMS and signatures, sorted. The schema is checked before it is written. */
export function buildManifest(facts: BundleFacts, keyId: string, serverDigest: string, modelPath: string, files: readonly BundleFile[]): BundleManifest {
  const model = files.find((f) => f.path === modelPath)
  if (model === undefined) throw new Error('the staged files hold no model')
  return BundleManifest.parse({
    schemaVersion: 1, kind: 'MLDeploymentBundle', name: slugOf(facts.version.modelName), version: facts.semver, serial: facts.serial, createdAt: evaluatedAt(facts),
    publisher: { name: facts.publisherName, keyId },
    app: { name: 'Slipway', version: facts.appVersion, serverDigest },
    model: modelSection(facts, modelPath, model),
    lineage: { runId: facts.run.id, versionId: facts.version.id, datasetFingerprint: facts.run.datasetSha256, bindingDigest: digest(canonicalJson(bindingOf(facts))), seed: facts.run.options.seed },
    evaluation: evaluationSection(facts),
    monitoring: monitoringSection(facts),
    serving: servingSection(facts), platforms: [...facts.platforms].sort(), targets: [...facts.targets],
    ...(facts.previous == null ? {} : { previous: facts.previous }),
    ...(facts.reviewBy === undefined ? {} : { reviewBy: facts.reviewBy }),
    signatures: [...signaturesOfToday],
    scan: { rules: scanVersion, accepted: [...facts.accepted] },
    ...(facts.evidence === null ? {} : { release: facts.evidence.release }),
    files: [...files],
  } satisfies BundleManifest)
}
