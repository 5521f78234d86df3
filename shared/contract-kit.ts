// The vocabulary in which contracts are written: query, command, job and task, and the types derived from them.
// Owns no question of its own.
import { z } from 'zod'
import { JobId } from './ids.ts'

/** Reads, and may be repeated at will. `reads` names the tags whose change makes the answer stale. */
export interface Query<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: 'query'; readonly input: I; readonly output: O; readonly reads: readonly Tag[]
}
/** Writes and answers at once. `touches` names the tags that it makes stale. */
export interface Command<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: 'command'; readonly input: I; readonly output: O; readonly touches: readonly Tag[]
}
/** Takes time: the call answers a job id at once; progress and result arrive as job snapshots. */
export interface Job<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType, P extends z.ZodType = z.ZodType> {
  readonly kind: 'job'; readonly input: I; readonly output: O; readonly progress: P; readonly touches: readonly Tag[]
}
/** Takes time and is answered on the same call, with progress messages on the way. Only the engine's contract has tasks. */
export interface Task<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType, P extends z.ZodType = z.ZodType> {
  readonly kind: 'task'; readonly input: I; readonly output: O; readonly progress: P
}

/** What can become stale. A client drops every answer whose `reads` holds a changed tag. */
export const Tag = z.enum(['app', 'models', 'versions', 'bindings', 'datasets', 'runs', 'metrics', 'gates', 'reviews', 'bundles', 'trials', 'deployments', 'logs', 'monitor', 'history', 'settings', 'views', 'jobs', 'engine'])
export type Tag = z.infer<typeof Tag>

export type Method = Query | Command | Job | Task
export type Contract = Readonly<Record<string, Method>>

export const query = <I extends z.ZodType, O extends z.ZodType>(m: Omit<Query<I, O>, 'kind'>): Query<I, O> => ({ kind: 'query', ...m })
export const command = <I extends z.ZodType, O extends z.ZodType>(m: Omit<Command<I, O>, 'kind'>): Command<I, O> => ({ kind: 'command', ...m })
export const job = <I extends z.ZodType, O extends z.ZodType, P extends z.ZodType>(m: Omit<Job<I, O, P>, 'kind'>): Job<I, O, P> => ({ kind: 'job', ...m })
export const task = <I extends z.ZodType, O extends z.ZodType, P extends z.ZodType>(m: Omit<Task<I, O, P>, 'kind'>): Task<I, O, P> => ({ kind: 'task', ...m })

export type InputOf<M> = M extends { input: infer I extends z.ZodType } ? z.infer<I> : never
/** What a caller may leave out because the schema has a default for it. */
export type RequestOf<M> = M extends { input: infer I extends z.ZodType } ? z.input<I> : never
export type OutputOf<M> = M extends { output: infer O extends z.ZodType } ? z.infer<O> : never
export type ProgressOf<M> = M extends { progress: infer P extends z.ZodType } ? z.infer<P> : never
/** What the call itself answers: a job id for a job, the output for everything else. */
export type AnswerOf<M> = M extends Job ? JobId : OutputOf<M>

/** The schema of what the call itself answers. */
export const answerSchema = (m: Method): z.ZodType => (m.kind === 'job' ? JobId : m.output)

export interface CallContext<P = unknown> {
  /** Aborted when the caller cancels or its port closes. */
  readonly signal: AbortSignal
  progress(value: P): void
}

/** One function per key; a missing or mistyped one is a compile error. */
export type Handlers<C extends Contract> = {
  readonly [K in keyof C]: (input: InputOf<C[K]>, context: CallContext<ProgressOf<C[K]>>) => Promise<AnswerOf<C[K]>> | AnswerOf<C[K]>
}
