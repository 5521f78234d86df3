// bin/verify.mjs of every bundle: `node bin/verify.mjs [--trust publisher.pub.pem] [--json] [folder or archive]`.
// The same verification as `slipway verify`, without golden requests, which need a runtime: bin/smoke.mjs runs those.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { verifyBundle } from './verify.ts'

try {
  const { values, positionals } = parseArgs({ options: { trust: { type: 'string' }, json: { type: 'boolean', default: false } }, allowPositionals: true })
  const path = positionals[0] ?? resolve(import.meta.dirname, '..')
  const trust = values.trust === undefined ? {} : { trust: await readFile(values.trust, 'utf8') }
  const report = await verifyBundle(path, trust)
  if (values.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else process.stdout.write([...report.checks.map((c) => `${!c.ok ? 'FAILED' : c.notRun === true ? 'not run' : 'ok    '}  ${c.name}: ${c.detail.replace(/^not run: /, '')}`), `${report.verdict.toUpperCase()}: ${report.sentence}`, `root digest ${report.rootDigest ?? 'unknown'}`].map((line) => `${line.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '?')}\n`).join(''))
  process.exitCode = report.exit
} catch (thrown) {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  process.exitCode = 2
}
