// Runs the built command line as a process of its own, in a workspace that is gone afterwards. Owns no expectations.
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** The built program: the file that `slipway` is. */
export const program = resolve(import.meta.dirname, '../../out/main/cli.js')

export interface Ended { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly out: string; readonly err: string }

export interface Started {
  readonly pid: number
  readonly ended: Promise<Ended>
  kill(signal: NodeJS.Signals): void
  /** As a terminal does it: every process of the program gets the signal. */
  killGroup(signal: NodeJS.Signals): void
}

export interface Place { readonly folder: string; readonly workspace: string; readonly home: string }

/** A folder with a home of its own and room for a workspace; removed afterwards. */
export async function inPlace<T>(use: (place: Place) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-cli-'))
  try {
    await mkdir(join(folder, 'home'))
    return await use({ folder, workspace: join(folder, 'workspace'), home: join(folder, 'home') })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Starts the program with these arguments; its standard output and error are pipes. */
export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string): Started {
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...(cwd === undefined ? {} : { cwd }) })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => { out += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { err += text })
  const ended = new Promise<Ended>((done, failed) => {
    child.on('error', failed)
    child.on('close', (code, signal) => { done({ code, signal, out, err }) })
  })
  return { pid: child.pid ?? -1, ended, kill: (signal) => { child.kill(signal) }, killGroup: (signal) => { process.kill(-(child.pid ?? 0), signal) } }
}

/** Runs the program to its end in the place's workspace. */
export const slipway = (place: Place, ...args: string[]): Promise<Ended> => start(['--workspace', place.workspace, ...args], { HOME: place.home }, place.folder).ended

/** Runs with --json and answers what was printed; throws with the program's own words when it did not end with this exit code. */
export async function slipwayJson(place: Place, args: readonly string[], code = 0): Promise<unknown> {
  const ended = await slipway(place, '--json', ...args)
  if (ended.code !== code) throw new Error(`slipway ${args.join(' ')} ended with ${String(ended.code)}, not ${code}:\n${ended.err}\n${ended.out.slice(0, 2000)}`)
  return JSON.parse(ended.out)
}

/** Signs that a failure was not put into words: a stack trace, a schema's own wording, a module's address. */
const unworded = /\n\s+at .*[:(]\d+|node:internal|file:\/\/\/|\bZod|"code":\s*"(too_|invalid_)|expected (string|number|int) to|Invalid input|undefined is not|\[object Object\]/

/** What in an ended program's output no user should see; null when there is nothing. */
export const unwordedPart = (ended: Ended): string | null => unworded.exec(`${ended.err}\n${ended.out}`)?.[0] ?? null

/** A binding and data for `malformed/models/slow-run.onnx`, whose one native call takes half a minute. */
export async function slowCase(place: Place): Promise<{ readonly data: string; readonly binding: string }> {
  const [data, binding] = [join(place.folder, 'slow.csv'), join(place.folder, 'slow.json')]
  await writeFile(data, `a,b,c,d,t\n${'1,2,3,4,p\n'.repeat(20)}`)
  await writeFile(binding, JSON.stringify({
    schema: 'slipway.binding/1', task: 'multiclass-classification', inputs: [{ kind: 'columns', input: 'x', dtype: 'float32', columns: ['a', 'b', 'c', 'd'], missing: 'nan' }],
    outputs: [{ output: 'y', role: 'logits' }], target: { kind: 'column', column: 't' }, idColumn: null, classes: ['p', 'q', 'r', 's'].map((c) => ({ label: c, output: c })),
    positiveClass: null, decision: { kind: 'argmax' }, rows: 'lenient',
  }))
  return { data, binding }
}
