// The requests that wait for the model: first come first served, bounded in number and bytes, taken in groups that may run together.
// Owns order and bounds; refuses to keep a request nobody waits for.
import type { Job } from './job.ts'

export class JobQueue {
  private readonly most: number
  private readonly mostBytes: number
  private jobs: Job[] = []
  private head = 0
  private bytes = 0

  constructor(most: number, mostBytes: number) {
    this.most = most
    this.mostBytes = mostBytes
  }

  get length(): number { return this.jobs.length - this.head }

  /** Whether there was room. A single large request always finds room in an empty queue. */
  push(job: Job): boolean {
    if (this.length >= this.most || (this.length > 0 && this.bytes + job.bytes > this.mostBytes)) return false
    this.jobs.push(job)
    this.bytes += job.bytes
    return true
  }

  /** To the front again, in their order: they were taken before. */
  putBack(jobs: readonly Job[]): void {
    this.jobs = [...jobs, ...this.jobs.slice(this.head)]
    this.head = 0
    this.bytes += jobs.reduce((sum, job) => sum + job.bytes, 0)
  }

  private next(): Job | null {
    while (this.head < this.jobs.length) {
      const job = this.jobs[this.head]!
      if (!job.gone()) return job
      this.drop()
    }
    return null
  }

  private drop(): void {
    this.bytes -= this.jobs[this.head]!.bytes
    this.head++
    if (this.head === this.jobs.length) { this.jobs = []; this.head = 0 }
    else if (this.head > 1024 && this.head * 2 > this.jobs.length) { this.jobs = this.jobs.slice(this.head); this.head = 0 }
  }

  /** The first job, and those behind it that fit to it, up to so many rows and bytes; empty when nobody waits. */
  take(mostRows: number, mostBytes: number, fit: (a: Job, b: Job) => boolean): Job[] {
    const first = this.next()
    if (first === null) return []
    const taken = [first]
    this.drop()
    let rows = first.rows
    let bytes = first.bytes
    for (;;) {
      const job = rows < mostRows ? this.next() : null
      if (job === null || rows + job.rows > mostRows || bytes + job.bytes > mostBytes || !fit(first, job)) return taken
      taken.push(job)
      this.drop()
      rows += job.rows
      bytes += job.bytes
    }
  }

  /** Takes out what arrived before this moment. */
  overdue(before: number): Job[] {
    const late: Job[] = []
    for (let job = this.next(); job !== null && job.arrived < before; job = this.next()) {
      late.push(job)
      this.drop()
    }
    return late
  }

  drain(): Job[] {
    const all = this.jobs.slice(this.head)
    this.jobs = []
    this.head = 0
    this.bytes = 0
    return all
  }
}
