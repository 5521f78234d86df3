// Which engine the command line starts. Owns one choice, made once at the start of a program; refuses to know Electron.
import type { StartEngine } from './engine-process.ts'
import { nodeEngine } from './node-process.ts'

let chosen: StartEngine = nodeEngine

/** The engine of a command: Node's own processes, unless the program around the command line has said otherwise. */
export const commandEngine: StartEngine = (purpose) => chosen(purpose)

/** For a program that cannot start itself as a plain Node: the packaged application. Call before the command line runs. */
export function useEngineForCommands(start: StartEngine): void { chosen = start }
