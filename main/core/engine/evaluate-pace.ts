// The clock of a run: rows done, rate, time left, and when the next report is due. Owns no number that is stored as a metric.
import type { EvaluateProgress } from '../../../shared/domain/run.ts'

export interface Pace {
  /** Starts the clock of the scoring phase. */
  start(): void
  read(rows: number): void
  ran(rows: number, ms: number): void
  /** True when the last report or yield is long enough ago. */
  due(): boolean
  progress(phase: EvaluateProgress['phase'], headline: EvaluateProgress['headline']): EvaluateProgress
  inferenceMs(): number
  /** Rows scored a second of the scoring phase; null before the first one. */
  rate(): number | null
}

const reportEveryMs = 50

export function createPace(rowsTotal: number | null): Pace {
  let began = performance.now()
  let last = began
  let done = 0
  let scored = 0
  let scoredSinceRead = 0
  let inference = 0
  const rate = (): number | null => {
    const seconds = (performance.now() - began) / 1000
    return scored === 0 || seconds <= 0 ? null : scored / seconds
  }
  return {
    start() { began = performance.now(); last = began },
    read(rows) { done += rows; scoredSinceRead = 0 },
    ran(rows, ms) { scored += rows; scoredSinceRead += rows; inference += ms },
    due() {
      const now = performance.now()
      if (now - last < reportEveryMs) return false
      last = now
      return true
    },
    progress(phase, headline) {
      const seconds = (performance.now() - began) / 1000
      // Batches of a chunk that is not wholly consumed count too, so that long chunks still move the bar.
      const rowsDone = rowsTotal === null ? done + scoredSinceRead : Math.min(rowsTotal, done + scoredSinceRead)
      const speed = rowsDone > 0 && seconds > 0.2 ? rowsDone / seconds : null
      const secondsLeft = speed === null || rowsTotal === null ? null : (rowsTotal - rowsDone) / speed
      return { phase, rowsDone, rowsTotal, rowsPerSecond: speed, secondsLeft, headline }
    },
    inferenceMs: () => inference,
    rate,
  }
}
