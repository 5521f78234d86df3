// bin/smoke.mjs of every bundle: sends every golden request to a running server and compares the answers.
// `node bin/smoke.mjs http://127.0.0.1:8080`; where the server demands a token, in SLIPWAY_TOKEN. Exit: 0 all within tolerance, 1 a difference, 2 no answer.
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { PlainTensor } from '../engine/engine-contract.ts'
import { goldenDistance, type GoldenLine } from './golden-lines.ts'

const root = resolve(import.meta.dirname, '..')
const token = process.env['SLIPWAY_TOKEN'] ?? ''
const headers = { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) }
const address = (process.argv[2] ?? 'http://127.0.0.1:8080').replace(/\/+$/, '')

try {
  const { name } = JSON.parse(await readFile(join(root, 'bundle.json'), 'utf8')) as { name: string }
  const lines = (await readFile(join(root, 'model/golden.jsonl'), 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as GoldenLine)
  let failed = 0
  for (const line of lines) {
    const answer = await fetch(`${address}/v2/models/${name}/infer`, { method: 'POST', headers, body: JSON.stringify({ id: line.id, ...line.request }) })
    const body = (await answer.json()) as { outputs?: PlainTensor[]; error?: string }
    const distance = body.outputs === undefined ? Number.POSITIVE_INFINITY : goldenDistance(line.response.outputs, body.outputs, line.tolerance)
    if (distance > 1) failed++
    process.stdout.write(`${distance <= 1 ? 'ok    ' : 'FAILED'}  ${line.id}: ${body.error ?? `largest difference ${distance.toPrecision(3)} of the tolerance`}\n`)
  }
  process.stdout.write(`${lines.length - failed} of ${lines.length} golden requests within the tolerance\n`)
  process.exitCode = failed === 0 ? 0 : 1
} catch (thrown) {
  process.stderr.write(`no answer from ${address}: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  process.exitCode = 2
}
