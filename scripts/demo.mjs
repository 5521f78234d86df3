// `npm run demo`: the main job from the command line on the sample: import, data, evaluate, compare, gate, export, verify.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SetupError } from './cache.mjs'
import { main, prepareHeadless, project } from './prepare.mjs'

const sample = join(project, 'resources/sample')

/** Runs one command, shows it and what it printed, and fails the demo when it fails. */
function slipway(workspace, ...args) {
  process.stdout.write(`\n$ slipway ${args.map((a) => (a.startsWith(sample) ? a.slice(project.length + 1) : a)).join(' ')}\n`)
  const answer = spawnSync(process.execPath, [join(project, 'out/main/cli.js'), '--workspace', workspace, '--quiet', ...args], { encoding: 'utf8' })
  const lines = answer.stdout.trimEnd().split('\n')
  process.stdout.write(`${lines.slice(0, 24).join('\n')}${lines.length > 24 ? `\n… ${lines.length - 24} more lines` : ''}\n`)
  if (answer.status !== 0) throw new SetupError(`slipway ${args[0]} ended with ${answer.status}: ${answer.stderr.trim()}`)
}

/** Runs the whole job in a fresh folder and says where the bundle is. */
export async function demo() {
  await prepareHeadless()
  const folder = mkdtempSync(join(tmpdir(), 'slipway-demo-'))
  const workspace = join(folder, 'workspace')
  const files = readdirSync(sample)
  const models = files.filter((f) => f.endsWith('.onnx')).sort().map((f) => join(sample, f))
  const data = join(sample, files.find((f) => f.endsWith('.csv')))
  const policy = join(sample, files.find((f) => f.endsWith('.gate.yaml')))
  slipway(workspace, 'import', ...models, '--model', 'income')
  slipway(workspace, 'dataset', 'add', data, '--name', 'test')
  slipway(workspace, 'evaluate', 'income@1', '--data', 'test', '--target', 'income')
  slipway(workspace, 'evaluate', 'income@2', '--data', 'test', '--target', 'income')
  slipway(workspace, 'compare', 'income@1', 'income@2')
  slipway(workspace, 'gate', 'income@2', '--policy', policy, '--baseline', 'income@1', '--save')
  const bundle = join(folder, 'income-2.0.0.mlbundle.zip')
  slipway(workspace, 'export', 'income@2', '--out', bundle)
  slipway(workspace, 'verify', bundle)
  process.stdout.write(`\nThe bundle is ${bundle}\nThe workspace is ${workspace}\n`)
  return 0
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) await main(demo)
