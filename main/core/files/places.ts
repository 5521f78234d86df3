// Where everything lies inside a workspace folder, and whose the staging folders are. Refuses to make anything outside the workspace.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import { makeFolder } from './make-folder.ts'

/** Where everything lies in a workspace that may not be open, or not be there. */
export interface WorkspaceFolders {
  readonly workspace: string
  readonly database: string
  readonly blobs: string
  readonly datasets: string
  readonly keys: string
  readonly journals: string
  readonly log: string
  readonly staging: string
}

export interface Places extends WorkspaceFolders {
  /** This process's own staging folder; its name says who owns what is unfinished. */
  readonly session: string
  readonly sessionName: string
  /** Whether a session was found that ended without closing: only then can something half-made lie about. */
  readonly leftBehind: boolean
  /** A folder elsewhere with a copy of the database, for a workspace that cannot be written to. */
  readonly shadow?: string
  /** Whether no other program has this workspace open. */
  alone(): boolean
}

/** A number that tells two processes with the same pid apart (start time in clock ticks); 0 where the system does not tell. */
function startTick(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0'
  } catch { return '0' }
}

function processLives(pid: number, tick: string): boolean {
  try { process.kill(pid, 0) } catch (thrown) {
    if ((thrown as { code?: string }).code !== 'EPERM') return false
  }
  const now = startTick(pid)
  return tick === '0' || now === '0' || now === tick
}

/** Whether the session of that name may still finish its work: its folder exists and its process lives. */
export function sessionLives(staging: string, name: string): boolean {
  const match = /^(\d+)-(\d+)-[0-9a-z]+$/.exec(name)
  return match !== null && existsSync(join(staging, name)) && processLives(Number(match[1]), match[2] ?? '0')
}

/** Names of the sessions that have this workspace open. */
export const liveSessions = (staging: string): readonly string[] => (existsSync(staging) ? readdirSync(staging).filter((name) => sessionLives(staging, name)) : [])

export function foldersOf(workspaceFolder: string): WorkspaceFolders {
  const workspace = resolve(workspaceFolder)
  return {
    workspace, database: join(workspace, 'slipway.db'), blobs: join(workspace, 'blobs'), datasets: join(workspace, 'datasets'), keys: join(workspace, 'keys'),
    journals: join(workspace, 'journals'), log: join(workspace, 'slipway.log'), staging: join(workspace, 'staging'),
  }
}

/** Removes the staging folders of sessions that are gone. Answers how many there were. */
export function sweepStaging(staging: string): number {
  const gone = readdirSync(staging).filter((name) => !sessionLives(staging, name))
  for (const name of gone) rmSync(join(staging, name), { recursive: true, force: true })
  return gone.length
}

const fullDisk = (thrown: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(String((thrown as { code?: unknown }).code))

/** Makes the folders of a workspace and this process's staging folder. Errors: `store.readOnly`, `file.diskFull`. */
export function openPlaces(workspaceFolder: string): Places {
  const folders = foldersOf(workspaceFolder)
  const { workspace, staging } = folders
  const sessionName = `${process.pid}-${startTick(process.pid)}-${Math.random().toString(36).slice(2, 10)}0`
  const places = {
    ...folders, sessionName, session: join(staging, sessionName),
    alone: () => readdirSync(staging).every((name) => name === sessionName || !sessionLives(staging, name)),
  } satisfies Omit<Places, 'leftBehind'>
  try {
    for (const folder of [workspace, places.blobs, staging, places.session]) makeFolder(folder)
    return { ...places, leftBehind: sweepStaging(staging) > 0 }
  } catch (thrown) {
    throw fullDisk(thrown) ? new SlipwayError('file.diskFull', { where: `the workspace in ${workspace}` }) : new SlipwayError('store.readOnly', { where: workspace })
  }
}

/** Removes this process's staging folder, and the copy that was only read. */
export function closePlaces(places: Places): void {
  rmSync(places.shadow ?? places.session, { recursive: true, force: true })
}
