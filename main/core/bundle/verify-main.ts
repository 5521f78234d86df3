// bin/verify.mjs of every bundle: `node bin/verify.mjs [options] [folder or archive]`. The same verification as `slipway verify`, without
// golden requests, which need a runtime: bin/smoke.mjs runs those.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { noteSerial, readSerials } from './seal/serials.ts'
import { verifyBundle } from './verify.ts'
import { readVerifyWords } from './verify-words.ts'

const usage = `node bin/verify.mjs [options] [folder or archive; absent: this bundle]

  --trust FILE             the publisher's public key (PEM), or a list of keys (JSON)
  --require-approvals N    at least N people must have approved, by keys of the list
  --last-serial N          refuse a bundle with a lower serial number
  --state FILE             the last serial number of each bundle that was trusted; read, and raised when this one is
  --strict                 scan for secrets and personal data too
  --json                   the report as JSON

Exit: 0 trusted, 1 tampered, 2 malformed, or secrets inside, 3 intact but not trusted or not approved, 5 older than what was accepted
`

const whole = (name: string, text: string | undefined): number | null => {
  if (text === undefined) return null
  if (!/^\d{1,15}$/.test(text)) throw new TypeError(`${name} is “${text}”, but must be a whole number`)
  return Number(text)
}

const plain = (line: string): string => line.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '?')

try {
  const { values, positionals } = readVerifyWords(process.argv.slice(2))
  if (values.help) process.stdout.write(usage)
  else {
    const path = positionals[0] ?? resolve(import.meta.dirname, '..')
    const last = whole('--last-serial', values['last-serial'])
    const serials = values.state === undefined ? {} : await readSerials(values.state).catch((thrown: unknown) => { throw new TypeError(`the file of --state cannot be used: ${thrown instanceof Error ? thrown.message : ''}`) })
    const report = await verifyBundle(path, {
      ...(values.trust === undefined ? {} : { trust: await readFile(values.trust, 'utf8') }), strict: values.strict, requireApprovals: whole('--require-approvals', values['require-approvals']) ?? 0,
      lastSerial: (name) => Math.max(last ?? -1, Object.hasOwn(serials, name) ? serials[name] ?? -1 : -1),
    })
    if (values.state !== undefined && report.verdict === 'trusted') await noteSerial(values.state, report.name ?? '', report.serial ?? 0)
    if (values.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
    else process.stdout.write([...report.checks.map((c) => `${!c.ok ? 'FAILED' : c.notRun === true ? 'not run' : 'ok    '}  ${c.name}: ${c.detail.replace(/^not run: /, '')}`), `${report.verdict.toUpperCase()}: ${report.sentence}`, `root digest ${report.rootDigest ?? 'unknown'}`].map((line) => `${plain(line)}\n`).join(''))
    process.exitCode = report.exit
  }
} catch (thrown) {
  process.stderr.write(`${plain(thrown instanceof Error ? thrown.message : String(thrown))}\n`)
  process.exitCode = 2
}
