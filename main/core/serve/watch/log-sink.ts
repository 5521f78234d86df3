// Where lines of the prediction log go: rotated files, or standard output. Writes in the background, one piece at a time;
// what does not fit into a bounded buffer is refused, so that a slow disk costs records and never requests.
import { close, mkdirSync, open, readdirSync, rmSync, write } from 'node:fs'
import { join } from 'node:path'

export interface LogSink {
  /** False: the buffer is full, and the line was not taken. */
  write(line: string): boolean
  /** Writes what is left and closes. */
  close(): Promise<void>
}

export interface FileSink { readonly folder: string; readonly name: string; readonly fileBytes: number; readonly files: number; /** First line of every file. */ readonly head: string }

const mostBuffered = 8 * 1024 * 1024
const flushMs = 500
/** Pieces of standard output are no longer than what a pipe takes at once, so that no other line gets in between. */
const pipePiece = 4096
const filePiece = 256 * 1024

const fileName = (name: string, number: number): string => `${name}-${String(number).padStart(6, '0')}.jsonl`

interface Target { open(then: (descriptor: number) => void, failed: () => void): void; written(bytes: number): boolean; readonly piece: number; readonly head: string; readonly own: boolean }

const outputTarget = (head: string): Target => ({ open: (then) => { then(1) }, written: () => false, piece: pipePiece, head, own: false })

function fileTarget({ folder, name, fileBytes, files, head }: FileSink): Target {
  mkdirSync(folder, { recursive: true })
  let number = 0
  let bytes = 0
  const prune = (): void => {
    if (files === 0) return
    // Names sort by the time of their start; only files of this log are looked at.
    const mine = readdirSync(folder).filter((f) => /^predictions-\d{8}T\d{6}Z-.*-\d{6}\.jsonl$/.test(f)).sort()
    for (const old of mine.slice(0, Math.max(0, mine.length - files))) rmSync(join(folder, old), { force: true })
  }
  return {
    piece: filePiece, head, own: true,
    open(then, failed) {
      number++
      bytes = 0
      open(join(folder, fileName(name, number)), 'a', 0o640, (fault, descriptor) => {
        if (fault !== null) { failed(); return }
        try { prune() } catch { /* an old file more is no reason to stop */ }
        then(descriptor)
      })
    },
    written(count) { bytes += count; return bytes >= fileBytes },
  }
}

class Sink implements LogSink {
  private lines: string[] = []
  private size = 0
  private busy = false
  private descriptor: number | null = null
  private idle: (() => void)[] = []
  private readonly timer: NodeJS.Timeout
  private readonly target: Target
  constructor(target: Target) {
    this.target = target
    this.timer = setInterval(() => { this.flush() }, flushMs)
    this.timer.unref()
  }

  write(line: string): boolean {
    if (this.size + line.length > mostBuffered) return false
    this.lines.push(line)
    this.size += line.length
    if (this.size >= this.target.piece) this.flush()
    return true
  }

  private flush(): void {
    if (this.busy) return
    if (this.lines.length === 0) { this.idle.splice(0).forEach((done) => { done() }); return }
    this.busy = true
    if (this.descriptor !== null) { this.pour(this.descriptor); return }
    this.target.open((descriptor) => {
      this.descriptor = descriptor
      this.lines.unshift(this.target.head)
      this.size += this.target.head.length
      this.pour(descriptor)
    }, () => {
      // Nothing can be written now; the buffer fills, lines are dropped and counted, and the next flush tries again.
      this.busy = false
      this.idle.splice(0).forEach((done) => { done() })
    })
  }

  /** Takes lines up to the size of a piece and writes them. */
  private pour(descriptor: number): void {
    let end = 0
    let length = 0
    while (end < this.lines.length && (end === 0 || length + this.lines[end]!.length <= this.target.piece)) length += this.lines[end++]!.length
    const piece = Buffer.from(this.lines.splice(0, end).join(''), 'utf8')
    this.size -= length
    this.put(descriptor, piece, 0)
  }

  private put(descriptor: number, piece: Buffer, from: number): void {
    write(descriptor, piece, from, piece.length - from, null, (fault, count) => {
      if (fault !== null && fault.code === 'EAGAIN') { setTimeout(() => { this.put(descriptor, piece, from) }, 5); return }
      if (fault === null && from + count < piece.length) { this.put(descriptor, piece, from + count); return }
      const ended = fault !== null || this.target.written(piece.length)
      if (ended && this.target.own) { this.descriptor = null; close(descriptor, () => undefined) }
      this.busy = false
      if (this.lines.length > 0 && (this.size >= this.target.piece || this.idle.length > 0) && fault === null) this.flush()
      else if (this.lines.length === 0 || fault !== null) this.idle.splice(0).forEach((done) => { done() })
    })
  }

  async close(): Promise<void> {
    clearInterval(this.timer)
    if (this.busy || this.lines.length > 0) await new Promise<void>((done) => { this.idle.push(done); this.flush() })
    if (this.descriptor !== null && this.target.own) {
      const descriptor = this.descriptor
      this.descriptor = null
      await new Promise<void>((done) => { close(descriptor, () => { done() }) })
    }
  }
}

/** A sink to standard output; `head` is its first line. */
export const openOutputSink = (head: string): LogSink => new Sink(outputTarget(head))
/** A sink to rotated files. Throws where the folder cannot be made. */
export const openFileSink = (file: FileSink): LogSink => new Sink(fileTarget(file))
