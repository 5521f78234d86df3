// A failure of one request: its HTTP status, a short word for logs and counters, and a sentence for the caller. Owns nothing else.

/** Short words for why a request was not answered; the metric `model_rejected_requests_total` has them as labels. */
export type FaultReason =
  | 'bad-request' | 'unauthorized' | 'not-found' | 'too-large' | 'too-many-rows' | 'unsupported' | 'queue-full' | 'not-ready' | 'draining' | 'timed-out' | 'crashed' | 'failed' | 'gone'

const reasons: Readonly<Record<number, FaultReason>> = { 401: 'unauthorized', 404: 'not-found', 413: 'too-large', 415: 'unsupported', 429: 'queue-full', 500: 'failed', 501: 'unsupported', 503: 'not-ready', 504: 'timed-out' }

/** A failure with the HTTP status that says whose it is. */
export class RequestFault extends Error {
  readonly status: number
  readonly reason: FaultReason
  /** Seconds after which it makes sense to ask again; null: not said. */
  readonly retryAfter: number | null
  constructor(status: number, message: string, reason?: FaultReason, retryAfter: number | null = null) {
    super(message)
    this.status = status
    this.reason = reason ?? reasons[status] ?? 'bad-request'
    this.retryAfter = retryAfter
  }
}
