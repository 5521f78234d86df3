// The processes of a running application, read from the system itself.
import { readdirSync, readFileSync } from 'node:fs'

export interface Process { readonly pid: number; readonly parent: number; readonly command: string }

function processOf(pid: number): Process | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    return { pid, parent, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') }
  } catch {
    return null
  }
}

/** All processes under one, at any depth. */
export function below(root: number): readonly Process[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => processOf(Number(name)) ?? [])
  const found: Process[] = []
  for (let parents = [root]; parents.length > 0;) {
    const children = all.filter((p) => parents.includes(p.parent))
    found.push(...children)
    parents = children.map((p) => p.pid)
  }
  return found
}

/** Whether a process has ONNX Runtime in its memory. */
export const hasRuntime = (pid: number): boolean => /onnxruntime/.test(readFileSync(`/proc/${pid}/maps`, 'utf8'))
