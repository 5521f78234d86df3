// Sudden ends at random moments; `npm run kill-moments -- 200` looks at more. The seed is in the failure’s words, so that it can be had again.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fillWorkspace, type Filled } from './filled-workspace.ts'
import { killOnce, workKinds, type Killed } from './kill-moments.ts'

const count = Number(process.env['KILL_MOMENTS'] ?? 11)
const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000)

let filled: Filled
beforeAll(async () => {
  filled = await fillWorkspace()
  copyFileSync(join(import.meta.dirname, '../../resources/sample/income.gate.yaml'), join(filled.folder, 'gate.yaml'))
})
afterAll(() => { filled.done() })

/** A small generator with a seed (mulberry32), so that moments can be repeated. */
function chances(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

it(`killed at ${count} random moments: whole afterwards, nothing acknowledged is lost, nothing half-done is visible`, async () => {
  const next = chances(seed)
  const killed: Killed[] = []
  let at = 0
  const one = async (): Promise<void> => {
    while (at < count) {
      const mine = at++
      // The long form first lets each kind end once, so that its moments lie where it works on this machine.
      killed.push(await killOnce(filled, workKinds[mine % workKinds.length]!, count > 20 && mine < workKinds.length ? Infinity : next(), mine))
      if (count > 20) console.log(JSON.stringify(killed.at(-1)))
    }
  }
  await Promise.all([one(), one()])
  if (count > 20) for (const kind of workKinds) { const of = killed.filter((k) => k.kind === kind); console.log(`${kind}: ${of.length} moments, ${of.filter((k) => !k.ended).length} killed, ${of.filter((k) => k.ended).length} had ended, ${of.filter((k) => k.faults.length > 0).length} with faults`) }
  expect(killed).toHaveLength(count)
  expect(killed.filter((k) => k.faults.length > 0), `seed ${seed}`).toEqual([])
}, Math.max(120_000, count * 30_000))
