// A file that a bundle is to hold, before it is written: its place, what it is, and its text or where its bytes lie.
import type { BundleFile } from '../../../shared/domain/bundle.ts'
import type { BundleFacts } from './facts.ts'

/** One file to stage: text, or a copy of a file on disk. */
export interface Planned {
  readonly path: string
  readonly role: BundleFile['role']
  readonly mediaType: string
  readonly executable?: boolean
  readonly text?: string
  readonly copyOf?: string
}

/** Plans the files of one part of a bundle from facts alone: no clock, no disk, no randomness, so that the same facts give the same bytes. */
export type Planner = (facts: BundleFacts, keyId: string) => readonly Planned[]

export const json = 'application/json'
export const yaml = 'application/yaml'
export const markdown = 'text/markdown'
export const binary = 'application/octet-stream'
