// One protocol for every hop: six messages over any port. This file owns the messages and the answering side;
// rpc-client.ts owns the asking side. Refuses to know which questions exist; contracts say that.
import type { z } from 'zod'
import { answerSchema, type CallContext, type Contract, type Handlers } from './contract-kit.ts'
import { asSlipwayError, SlipwayError, type ErrorPlain } from './errors.ts'
import { requestFault } from './schema-words.ts'

/** Any two-way channel of plain data. After close, `post` does nothing. */
export interface Port {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onClose(listener: (why: string) => void): void
}

export type ToServer =
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly input: unknown }
  | { readonly kind: 'cancel'; readonly id: number }
export type ToClient =
  | { readonly kind: 'progress'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'fail'; readonly id: number; readonly error: ErrorPlain }
  | { readonly kind: 'event'; readonly name: string; readonly value: unknown }

export type EventSchemas = Readonly<Record<string, z.ZodType>>

const isRecord = (m: unknown): m is Record<string, unknown> => typeof m === 'object' && m !== null && !Array.isArray(m)

function readToServer(m: unknown): ToServer | null {
  if (!isRecord(m) || typeof m['id'] !== 'number' || !Number.isSafeInteger(m['id'])) return null
  if (m['kind'] === 'cancel') return { kind: 'cancel', id: m['id'] }
  if (m['kind'] === 'call' && typeof m['method'] === 'string') return { kind: 'call', id: m['id'], method: m['method'], input: m['input'] }
  return null
}

export function readToClient(m: unknown): ToClient | null {
  if (!isRecord(m)) return null
  if (m['kind'] === 'event' && typeof m['name'] === 'string') return { kind: 'event', name: m['name'], value: m['value'] }
  if (typeof m['id'] !== 'number') return null
  switch (m['kind']) {
    case 'progress': return { kind: 'progress', id: m['id'], value: m['value'] }
    case 'done': return { kind: 'done', id: m['id'], value: m['value'] }
    case 'fail': return { kind: 'fail', id: m['id'], error: m['error'] as ErrorPlain }
    default: return null
  }
}

/** What is wrong with a value of our own making, for the log: the first issue with its place. What users give is worded by schema-words.ts. */
function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0]
  if (issue === undefined) return 'it does not fit its schema'
  const place = issue.path.map(String).join('.')
  return place === '' ? issue.message : `${place}: ${issue.message}`
}

export interface Server { event(name: string, value: unknown): void; close(): void }

export interface ServeOptions {
  readonly events?: EventSchemas
  /** Told about everything that is not an expected SlipwayError, with its stack, for the log. */
  readonly onBug?: (thrown: unknown, method: string) => void
  /** Least milliseconds between two progress messages of one call; the last one is always sent. Default 100. */
  readonly progressEveryMs?: number
}

/** Coalesces values: at most one per interval, and the newest is never lost. */
function coalesce(everyMs: number, send: (value: unknown) => void): { push(value: unknown): void; flush(): void } {
  let waiting: { value: unknown } | null = null
  let timer: ReturnType<typeof setTimeout> | null = null
  let last = 0
  const flush = (): void => {
    if (timer !== null) { clearTimeout(timer); timer = null }
    if (waiting === null) return
    const { value } = waiting
    waiting = null
    last = Date.now()
    send(value)
  }
  const push = (value: unknown): void => {
    waiting = { value }
    const rest = last + everyMs - Date.now()
    if (rest <= 0) flush()
    else timer ??= setTimeout(flush, rest)
  }
  return { push, flush }
}

/**
 * Answers calls on a port. Input is parsed on arrival, output before leaving. A closed port aborts every running call.
 * Unknown methods and malformed messages answer `transport.badMessage` (or are dropped when they carry no id); nothing here throws.
 */
export function serve<C extends Contract>(port: Port, contract: C, handlers: Handlers<C>, options: ServeOptions = {}): Server {
  const running = new Map<number, AbortController>()
  let open = true
  const post = (m: ToClient): void => { if (open) port.post(m) }
  const fail = (id: number, error: SlipwayError): void => post({ kind: 'fail', id, error: error.toPlain() })

  const answer = async (id: number, method: string, rawInput: unknown, controller: AbortController): Promise<void> => {
    const entry = Object.hasOwn(contract, method) ? contract[method] : undefined
    if (entry === undefined) return fail(id, new SlipwayError('transport.badMessage', { reason: `no method “${method}”` }) as SlipwayError)
    const input = entry.input.safeParse(rawInput)
    if (!input.success) return fail(id, new SlipwayError('input.invalid', { reason: requestFault(entry.input, rawInput, input.error) }) as SlipwayError)
    const progress = coalesce(options.progressEveryMs ?? 100, (value) => post({ kind: 'progress', id, value }))
    try {
      const context: CallContext<never> = { signal: controller.signal, progress: progress.push }
      const value: unknown = await handlers[method as keyof C](input.data as never, context as never)
      progress.flush()
      const output = answerSchema(entry).safeParse(value)
      if (!output.success) throw new Error(`the answer of ${method} does not follow the contract: ${firstIssue(output.error)}`)
      post({ kind: 'done', id, value: output.data })
    } catch (thrown) {
      progress.flush()
      if (!(thrown instanceof SlipwayError)) options.onBug?.(thrown, method)
      fail(id, asSlipwayError(thrown))
    }
  }

  port.onMessage((raw) => {
    const m = readToServer(raw)
    if (m === null) return
    if (m.kind === 'cancel') { running.get(m.id)?.abort(); return }
    if (running.has(m.id)) return fail(m.id, new SlipwayError('transport.badMessage', { reason: 'the call id is in use' }) as SlipwayError)
    const controller = new AbortController()
    running.set(m.id, controller)
    void answer(m.id, m.method, m.input, controller).finally(() => running.delete(m.id))
  })
  port.onClose(() => {
    open = false
    for (const controller of running.values()) controller.abort()
  })
  return {
    event(name, value) {
      const schema = options.events?.[name]
      if (schema === undefined) return
      const parsed = schema.safeParse(value)
      if (parsed.success) post({ kind: 'event', name, value: parsed.data })
      else options.onBug?.(new Error(`event ${name} does not follow the contract: ${firstIssue(parsed.error)}`), name)
    },
    close() {
      open = false
      for (const controller of running.values()) controller.abort()
    },
  }
}
