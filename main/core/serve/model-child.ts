// One process with the model, seen from the server: started, spoken to in frames, and told of when it ends.
// Owns the process and its pipe; refuses to know which request a frame belongs to.
import { spawn, type ChildProcess } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { createFrameReader, frameKind, jsonFrame, jsonOf, type Frame } from './frames.ts'
import { modelProcessWord, type LoadWish, type OpenWish } from './model-process.ts'

/** What the child said about one frame. */
export interface ChildFault { readonly reason: string; /** the caller's to mend */ readonly caller: boolean }

export interface ChildEvents {
  opened(): void
  answered(frame: Frame): void
  fault(id: number, fault: ChildFault): void
  /** Called once, after which nothing else comes. `words`: how it ended. */
  ended(words: string): void
}

export class ModelChild {
  readonly pid: number | undefined
  private readonly child: ChildProcess
  private readonly pipe: Duplex
  private over = false

  private events: ChildEvents | null = null
  private words: string | null = null

  constructor(program: string) {
    // Electron's own binary runs as Node only when it is told so.
    const environment = process.versions['electron'] === undefined ? process.env : { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
    this.child = spawn(process.execPath, [program, modelProcessWord], { stdio: ['ignore', 'ignore', 'inherit', 'pipe'], env: environment })
    this.pid = this.child.pid
    this.pipe = this.child.stdio[3] as Duplex
    this.pipe.on('error', () => undefined)
    this.child.on('error', (error) => { this.ended(error.message) })
    this.child.on('exit', (code, signal) => { this.ended(signal === null ? `exit ${code ?? 0}` : `signal ${signal}`) })
  }

  private ended(words: string): void {
    if (this.over) return
    this.over = true
    this.words = words
    this.events?.ended(words)
  }

  /** Who is told what it says; of an end that came before, at once. Called once. */
  listen(events: ChildEvents): void {
    this.events = events
    const { words } = this
    if (words !== null) { setImmediate(() => { events.ended(words) }); return }
    this.pipe.on('data', createFrameReader((frame) => {
      if (this.over) return
      if (frame.kind === frameKind.answer) events.answered(frame)
      else if (frame.kind === frameKind.opened) events.opened()
      else events.fault(frame.id, jsonOf(frame) as ChildFault)
    }))
  }

  /** Begins to load what `open` will ask for. */
  load(wish: LoadWish): void { this.write(jsonFrame(frameKind.load, 0, wish)) }

  open(wish: OpenWish): void { this.write(jsonFrame(frameKind.open, 0, wish)) }

  write(frame: Buffer): void { if (!this.over) this.pipe.write(frame) }

  /** Ends it now, whatever it does. */
  kill(): void { this.child.kill('SIGKILL') }

  /** Closes its pipe, after which it ends by itself; killed when it does not. */
  close(): Promise<void> {
    if (this.over) return Promise.resolve()
    this.over = true
    return new Promise((resolve) => {
      const late = setTimeout(() => { this.kill() }, 2_000)
      this.child.once('exit', () => { clearTimeout(late); resolve() })
      this.pipe.end()
      this.pipe.destroy()
    })
  }

  /** Whether the process keeps this program alive. */
  unref(): void { this.child.unref() }
}
