// The contract as a whole: every key has a handler, and every sample survives the round trip unchanged.
import { describe, expect, it } from 'vitest'
import { contract, events, type SlipwayContract } from '../shared/contract.ts'
import { Tag, type Handlers } from '../shared/contract-kit.ts'
import { JobId, newId } from '../shared/ids.ts'
import { portPair } from '../shared/port-pair.ts'
import { connect } from '../shared/rpc-client.ts'
import { serve } from '../shared/rpc.ts'
import { makeHandlers } from '../main/core/handlers.ts'
import type { Parts } from '../main/core/parts.ts'
import { samples } from './contract-samples.ts'

const keys = Object.keys(contract) as (keyof SlipwayContract)[]
const jobId = newId('job')

/** Serves the samples themselves: what arrives as input must be the sample, what is answered is the sample. */
function serveSamples() {
  const [mine, theirs] = portPair()
  const handlers = Object.fromEntries(keys.map((key) => [key, (input: unknown) => {
    expect(input).toEqual(samples[key].input)
    return contract[key].kind === 'job' ? jobId : samples[key].output
  }])) as unknown as Handlers<SlipwayContract>
  serve(mine, contract, handlers, { events })
  return connect<SlipwayContract>(theirs, contract, events)
}

describe('every key of the contract', () => {
  it('has exactly one handler', () => {
    expect(Object.keys(makeHandlers({} as Parts)).sort()).toEqual([...keys].sort())
  })

  it.each(keys)('%s: its sample survives the round trip', async (key) => {
    const client = serveSamples()
    const answer = await client.call(key, samples[key].input as never)
    if (contract[key].kind === 'job') expect(JobId.parse(answer)).toBe(jobId)
    else expect(answer).toEqual(samples[key].output)
  })

  it.each(keys)('%s: its output is plain JSON', (key) => {
    const { output } = samples[key]
    const parsed: unknown = contract[key].output.parse(output)
    expect(parsed).toEqual(output)
    expect(JSON.parse(JSON.stringify(parsed))).toEqual(output)
  })

  it.each(keys)('%s: nonsense as input is refused', async (key) => {
    const client = serveSamples()
    for (const nonsense of [null, 7, 'x', []]) await expect(client.call(key, nonsense as never)).rejects.toMatchObject({ code: 'input.invalid' })
  })
})

describe('tags', () => {
  it('every tag that something reads is made stale by something, or by the engine and the jobs themselves', () => {
    const touched = new Set(keys.flatMap((key) => { const entry = contract[key]; return 'touches' in entry ? entry.touches : [] }))
    const read = new Set(keys.flatMap((key) => { const entry = contract[key]; return 'reads' in entry ? entry.reads : [] }))
    for (const tag of ['engine', 'jobs', 'app'] as const) touched.add(tag)
    expect([...read].filter((tag) => !touched.has(tag))).toEqual([])
    expect([...read, ...touched].every((tag) => Tag.safeParse(tag).success)).toBe(true)
  })
})
