// Hands tasks to a few threads and gives their answers back in the order of the tasks, a bounded number ahead of the reader.
// Owns the queue; knows nothing of what is asked.
import { giveThreads, takeThreads } from './worker-file.ts'

export interface OrderedThreads<Task, Answer> {
  /** The answers, one per task and in their order. Stops asking when the reader stops; throws what a thread threw. */
  answers(tasks: Iterable<Task>): AsyncGenerator<Answer>
  /** Asks nothing more, and gives the threads back once they have answered what they were asked. Safe to call twice. */
  close(): void
}

/** How many tasks lie with each thread: one in work and the next ones waiting, so that it never stands still while this thread is busy. */
const ahead = 3

/**
 * Threads of the program `name`, each of which has been sent `{ setup }` and answers every message `{ index, …task }` with a message
 * `{ index, …answer }`. `handedOver`: memory of a task that the thread gets and that is gone here. Null when the program is not there.
 */
export function orderThreads<Task extends object, Answer extends { readonly index: number }>(name: string, count: number, setup: object, handedOver: (task: Task) => readonly ArrayBuffer[] = () => []): OrderedThreads<Task, Answer> | null {
  const threads = takeThreads(name, count)
  if (threads.length === 0) return null
  for (const thread of threads) thread.postMessage({ setup })
  const ready = new Map<number, Answer>()
  const load = threads.map(() => 0)
  let failure: Error | null = null
  let open = true
  let wake: () => void = () => undefined
  const fail = (error: Error): void => { failure ??= error; wake() }
  threads.forEach((thread, t) => {
    thread.on('message', (answer: Answer) => { load[t]!--; if (open) ready.set(answer.index, answer); wake(); giveIdle() })
    thread.on('error', fail)
    thread.on('exit', () => { if (open) fail(new Error('a reading thread ended')) })
  })
  // A thread is never ended at work, since a native library may be working in it: it is given back when it has answered.
  const giveIdle = (): void => { if (!open && failure === null && load.every((tasks) => tasks === 0)) release() }
  const release = (): void => {
    for (const thread of threads) thread.postMessage({ done: true })
    giveThreads(name, threads)
  }
  const close = (): void => {
    if (!open) return
    open = false
    ready.clear()
    giveIdle()
    wake()
  }
  async function* answers(tasks: Iterable<Task>): AsyncGenerator<Answer> {
    const source = tasks[Symbol.iterator]()
    let asked = 0
    let ended = false
    const ask = (upTo: number): void => {
      while (!ended && asked < upTo) {
        const { value, done } = source.next()
        if (done === true) { ended = true; return }
        const idlest = load.indexOf(Math.min(...load))
        load[idlest]!++
        threads[idlest]!.postMessage({ index: asked++, ...value }, handedOver(value))
      }
    }
    for (let next = 0; ; next++) {
      ask(next + threads.length * ahead)
      if (next === asked) return
      while (open && failure === null && !ready.has(next)) await new Promise<void>((resolve) => { wake = resolve })
      if (failure !== null) throw failure
      const answer = ready.get(next)
      if (answer === undefined) return
      ready.delete(next)
      yield answer
    }
  }
  return { answers, close }
}
