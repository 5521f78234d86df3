// bin/feedback.mjs of every bundle: packs the prediction log since a moment, to be brought home to Slipway.
// `node bin/feedback.mjs pack --since 2026-01-31 --log FOLDER --to feedback.zip`. Exit: 0 packed, 1 nothing in that time, 2 wrong words or files.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readPackWords } from './feedback-words.ts'
import { packFeedback } from './watch/feedback-pack.ts'

const usage = `Packs the prediction log of this bundle, to be brought home to Slipway.

  node bin/feedback.mjs pack --since TIME --to FILE [--until TIME] [--log FOLDER_OR_FILE]…

  --since, --until TIME  a day (2026-01-31) or a moment (2026-01-31T14:00:00Z), in UTC; from --since on, and before --until
  --to FILE              the archive to write; it must not exist
  --log FOLDER_OR_FILE   where the log lies, several times if need be; default: the folder in SLIPWAY_PREDICTION_LOG_DIR

The pack holds answers and bins of inputs, and no values of inputs unless the server was started with --prediction-log 2.
It is not encrypted: send it as you would send the log itself.
`

function moment(text: string | undefined, name: string): number | null {
  if (text === undefined) return null
  const at = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text)
  if (Number.isNaN(at)) throw new Error(`--${name} is “${text}”, but must be a day such as 2026-01-31 or a moment such as 2026-01-31T14:00:00Z`)
  return at
}

/** Packs as the words say. Throws Error, whose message is for the operator. */
async function pack(root: string, words: readonly string[]): Promise<number> {
  const { values, positionals } = readPackWords(words)
  if (values.help === true || positionals[0] !== 'pack' || positionals.length !== 1) {
    process.stdout.write(usage)
    return values.help === true ? 0 : 2
  }
  const since = moment(values.since, 'since')
  const variable = process.env['SLIPWAY_PREDICTION_LOG_DIR']
  const logs = values.log ?? (variable === undefined || variable === '' ? [] : [variable])
  if (since === null || values.to === undefined) throw new Error('--since and --to are needed; --help says more')
  if (logs.length === 0) throw new Error('--log is needed: the folder that the server was given with --prediction-log-dir, or a file with its output')
  const manifest = JSON.parse(await readFile(join(root, 'bundle.json'), 'utf8')) as { name: string; version: string; serial: number }
  const rootDigest = createHash('sha256').update(await readFile(join(root, 'SHA256SUMS'))).digest('hex')
  const made = await packFeedback({ logs, since, until: moment(values.until, 'until') ?? Infinity, target: resolve(values.to), bundle: { root_digest: rootDigest, model: manifest.name, version: manifest.version, serial: manifest.serial } })
  const left = [[made.dropped, 'were dropped by the server'], [made.unreadable, 'cannot be read'], [made.other_bundles, 'belong to other bundles']] as const
  process.stdout.write(`${made.records} records${made.from === null ? '' : ` from ${made.from} to ${made.to}`}, for ${made.sampling.rows} rows, in ${values.to}\n${left.filter(([n]) => n > 0).map(([n, what]) => `${n} more ${what}\n`).join('')}`)
  return made.records === 0 ? 1 : 0
}

try {
  process.exitCode = await pack(resolve(import.meta.dirname, '..'), process.argv.slice(2))
} catch (thrown) {
  process.stderr.write(`not packed: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  process.exitCode = 2
}
