// Lines of a log as they may leave the machine: what is the program's own stays, what may be the user's goes.
// Errs on the side of leaving out: a folder that is not one is no loss.

/** What a line may say besides its words: numbers and states of the program itself. */
const ownFields = ['at', 'level', 'state', 'ms', 'runs', 'blobs', 'journals', 'where', 'pid', 'code', 'signal', 'reason']

/** Words with every folder, address and quoted text taken out, and with every one of `secrets` (user, host, folders) as `…`. */
export function withoutPersonal(text: string, secrets: readonly string[]): string {
  const known = secrets.filter((secret) => secret.length > 2).sort((a, b) => b.length - a.length).reduce((t, secret) => t.replaceAll(secret, '…'), text)
  return known
    .replace(/“[^”]*”|"[^"]*"|‘[^’]*’|'[^']*'|`[^`]*`/g, '“…”')
    .replace(/\b[\w.+-]+@[\w.-]+\.\w+/g, '…')
    .replace(/(?:[A-Za-z]:)?(?:[\\/][^\s\\/:()]+){2,}[\\/]?/g, '…')
    .replace(/\b[\w()-]+\.(?:onnx|csv|tsv|parquet|json|jsonl|ndjson|zip|txt|pem|png|jpe?g|ya?ml)\b/gi, '…')
    .replace(/…{2,}/g, '…')
}

/** One line of the log as text: its own fields, and its words without the user's. A line that is no JSON is left out. */
export function logLineToShare(line: string, secrets: readonly string[]): string | null {
  let parsed: unknown
  try { parsed = JSON.parse(line) } catch { return null }
  if (typeof parsed !== 'object' || parsed === null) return null
  const fields = parsed as Readonly<Record<string, unknown>>
  const own = Object.fromEntries(Object.entries(fields).filter(([key, value]) => ownFields.includes(key) && (typeof value === 'number' || (typeof value === 'string' && value.length < 80))))
  const stack = typeof fields['stack'] === 'string' ? fields['stack'].split('\n').slice(1, 8).map((frame) => /at (?:async )?([\w.<>#]+)/.exec(frame)?.[1] ?? '').filter((name) => name !== '') : []
  return JSON.stringify({ ...own, what: withoutPersonal(String(fields['what'] ?? ''), secrets), ...(stack.length === 0 ? {} : { stack }) })
}
