// Programs that tests start and end by themselves: ports that were free, HAProxy in the foreground, waiting for something to become true.
import { spawn, type ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** Ports on loopback that nobody listened on a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((resolve) => { const server = createServer().listen(0, '127.0.0.1', () => { resolve(server) }) })))
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => { server.close(resolve) })))
  return ports
}

/** Asks again and again; throws with `what` after `seconds`. */
export async function until(what: string, check: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !(await check()); await pause(50)) {
    if (Date.now() > end) throw new Error(`not in ${seconds} s: ${what}`)
  }
}

export interface Program { readonly child: ChildProcess; readonly output: () => string; stop(): Promise<void> }

/** Starts a program in the foreground of nothing; `stop` ends it and waits. */
export function startProgram(command: string, args: readonly string[], environment: Record<string, string | undefined> = {}): Program {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => { output += chunk })
  const ended = new Promise<void>((resolve) => { child.once('close', () => { resolve() }).once('error', (thrown) => { output += String(thrown); resolve() }) })
  return { child, output: () => output, stop: async () => { child.kill('SIGTERM'); const late = setTimeout(() => child.kill('SIGKILL'), 30_000); await ended; clearTimeout(late) } }
}
