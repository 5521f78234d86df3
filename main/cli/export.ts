// `slipway export`: a version that passed its gate becomes a signed bundle, verified before it is put in place.
import type { Command } from 'commander'
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { BundleTarget, defaultTargets } from '../../shared/domain/bundle-target.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatBytes } from '../../shared/format.ts'
import { readTarget } from '../../shared/preflight/target-words.ts'
import type { RunId, VersionId } from '../../shared/ids.ts'
import { bundleFileName, shellWord } from '../../shared/slug.ts'
import { makeFolder } from '../core/core.ts'
import { withExample } from './example.ts'
import { withSession, type CliSession } from './open-session.ts'
import { facts } from './print.ts'
import { repeated, rolloutWords } from './preflight.ts'
import { run } from './references.ts'

interface Options { readonly out: string; readonly bundleVersion?: string; readonly platform?: string[]; readonly target?: string[]; readonly canary?: boolean; readonly accept?: string[]; readonly logColumns?: string; readonly reviewBy?: string }

const platforms = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'] as const
type Platform = (typeof platforms)[number]
const isPlatform = (text: string): text is Platform => (platforms as readonly string[]).includes(text)

function makeOutFolder(out: string): void {
  try {
    makeFolder(resolve(out))
  } catch {
    throw new SlipwayError('file.notWritable', { where: `“${out}”`, reason: 'the folder cannot be made' })
  }
}

/** The archive's path: `--out` itself when it ends in .zip, otherwise a name made from the model, in that folder, which is made when it is not there. */
async function destination(out: string, name: string, version: string): Promise<string> {
  const found = await stat(out).then((s) => s.isDirectory() ? 'folder' : 'file', () => null)
  const isFolder = found === 'folder' || (found === null && !/\.zip$/i.test(out))
  if (isFolder) makeOutFolder(out)
  return isFolder ? join(out, bundleFileName(name, version)) : out
}

/** An older run of the version that a gate has judged, in words; nothing when there is none. */
async function olderJudged(session: CliSession, versionId: VersionId, but: RunId): Promise<{ readonly older?: string }> {
  for (const { id, status, datasetName } of await session.client.call('run.list', { versionId, limit: 50 })) {
    if (id === but || status !== 'done') continue
    const [check] = [...await session.client.call('gate.checks', { runId: id })].sort((a, b) => b.checkedAt - a.checkedAt)
    if (check !== undefined) return { older: `${id} on ${datasetName}, which ${check.passed ? 'passed' : check.override === null ? 'did not pass' : 'was overridden'}` }
  }
  return {}
}

/** Registers the command. */
export function registerExport(program: Command): void {
  withExample(program.command('export').description('Export a version that passed its gate as a signed deployment bundle.')
    .argument('<run>', 'a run id or name@version (its newest run)').requiredOption('--out <path>', 'the archive to write, or a folder')
    .option('--bundle-version <semver>', 'version of the bundle; absent: the version number').option('--platform <name...>', `platforms of the server inside: ${platforms.join(', ')}`)
    .option('--target <name[@version]>', `what it is to be deployed to, such as kserve-standard@0.20; may be repeated; absent: container and server. There are ${BundleTarget.options.join(', ')}`, repeated).option('--canary', 'it is to be rolled out step by step; refused where a target cannot')
    .option('--log-columns <names>', 'columns, with commas between, whose values level 2 of the prediction log may write; none with personal data').option('--review-by <date>', 'day by which somebody is to look at the model again, such as 2027-05-31; absent: 180 days after the gate’s judgement')
    .option('--accept <id>', 'a find of the scan for secrets and personal data that is meant to be public, by the id that the refusal names; may be repeated', repeated), 'slipway export income@2 --out ./bundles')
    .action(async (text: string, options: Options, command: Command) => withSession(command, async (session) => {
      const judged = await run(session, text)
      const checks = await session.client.call('gate.checks', { runId: judged.id })
      const newest = [...checks].sort((a, b) => b.checkedAt - a.checkedAt)[0]
      const older = newest === undefined ? await olderJudged(session, judged.versionId, judged.id) : {}
      if (newest === undefined || (!newest.passed && newest.override === null)) throw new SlipwayError('bundle.gateNotPassed', { version: `${judged.modelName}@${judged.versionNumber}`, judged: newest !== undefined, run: judged.id, ...older })
      const chosen = options.platform ?? ['linux-x64']
      const unknown = chosen.find((p) => !isPlatform(p))
      if (unknown !== undefined) throw new SlipwayError('input.invalid', { reason: `there is no platform “${unknown}”; there are ${platforms.join(', ')}` })
      const bundleVersion = options.bundleVersion ?? `${judged.versionNumber}.0.0`
      const path = await destination(options.out, judged.modelName, bundleVersion)
      const bundle = await session.job('bundle.export', { checkId: newest.id, destination: await session.admit(path, 'write'), version: bundleVersion, platforms: chosen.filter(isPlatform), ...(options.target === undefined ? {} : { targets: options.target.map(readTarget) }), canary: options.canary === true, accept: options.accept ?? [], logColumns: (options.logColumns ?? '').split(',').map((name) => name.trim()).filter((name) => name !== ''), ...(options.reviewBy === undefined ? {} : { reviewBy: options.reviewBy }) })
      const limits = options.canary === true ? rolloutWords(await session.client.call('bundle.preflight', { versionId: judged.versionId, canary: true, ...(options.target === undefined ? { targets: [...defaultTargets] } : { targets: options.target.map(readTarget) }) })) : []
      session.print({ ...bundle, path }, () => facts([
        ['Bundle', path], ['Size', formatBytes(bundle.bytes)], ['Root digest', bundle.rootDigest], ['Archive SHA-256', bundle.sha256], ['Publisher key', bundle.publisherKeyId],
        ...(bundle.overridden ? [['Gate', 'overridden; the reason is in the bundle'] as const] : []),
        ...limits.map((words) => ['Canary', words] as const),
        ['Verify', `slipway verify ${shellWord(path)}`],
        ['Hand over', `the bundle, and over another channel the key: unzip -p ${shellWord(path)} '*/signatures/publisher.pub.pem' > publisher.pub.pem`],
      ]))
    }))
}
