// Everybody who asks one core, and what they are told without asking: events, kept for a window that is still to come.
// Knows no question.
import type { AdmittedFile } from '../../shared/contract.ts'
import type { Tag } from '../../shared/contract-kit.ts'
import type { Server } from '../../shared/rpc.ts'

/** What every asker is told; one place for all windows. */
export class Audience {
  readonly #servers = new Set<Server>()
  readonly #stale = new Set<Tag>()
  #timer: ReturnType<typeof setTimeout> | null = null
  #windows = 0
  #opened: AdmittedFile[] = []

  /** A window that has said its first word hears the events that were kept for it. Answers what to call when it is gone. */
  enter(server: Server): () => void {
    this.#windows++
    if (this.#opened.length > 0) server.event('opened', this.#opened)
    this.#opened = []
    return () => { this.#windows-- }
  }
  /** Files that the system handed over wait for a window that can hear of them. */
  opened(files: readonly AdmittedFile[]): void {
    if (files.length === 0) return
    if (this.#windows === 0) this.#opened.push(...files)
    this.tell('opened', files)
  }
  add(server: Server): void { this.#servers.add(server) }
  remove(server: Server): void { this.#servers.delete(server) }
  tell(name: string, value: unknown): void { for (const server of this.#servers) server.event(name, value) }
  /** Collects tags for a moment, so that a burst of changes is one message. */
  changed(tags: readonly Tag[]): void {
    for (const tag of tags) this.#stale.add(tag)
    if (this.#stale.size === 0) return
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      const all = [...this.#stale]
      this.#stale.clear()
      this.tell('changed', all)
    }, 20)
  }
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const server of this.#servers) server.close()
  }
}
