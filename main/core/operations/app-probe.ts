// app.probe: tries every execution provider in a process of its own, which is then thrown away.
// A provider that crashes its process is an answer, not an accident.
import { z } from 'zod'
import { deviceNames } from '../../../shared/device-names.ts'
import { asSlipwayError, SlipwayError } from '../../../shared/errors.ts'
import { ExecutionProvider, ProviderStatus } from '../../../shared/domain/run.ts'
import { connect } from '../../../shared/rpc-client.ts'
import { greet } from '../engine/engine.ts'
import { engineContract, type EngineContract } from '../engine/engine-contract.ts'
import type { JobContext } from '../jobs.ts'
import type { Parts } from '../parts.ts'
import { readSetting, writeSetting } from '../store/history.ts'

const settingKey = 'app.providers'
const probeMs = 60_000
const unavailable = (provider: ExecutionProvider, sentence: string): ProviderStatus => ({ provider, status: 'unavailable', sentence, probeMs: null })

/** What the last probe found; before the first one only the CPU is promised. */
export function knownProviders(parts: Parts): ProviderStatus[] {
  return parts.store.read((db) => readSetting(db, settingKey, z.array(ProviderStatus)))
    ?? [{ provider: 'cpu', status: 'works', sentence: 'The CPU is always there. Other devices have not been tried yet.', probeMs: null }]
}

async function probeOne(parts: Parts, provider: ExecutionProvider, context: JobContext): Promise<ProviderStatus> {
  const process = parts.startEngine('probe')
  const client = connect<EngineContract>(process.port, engineContract)
  const stop = (): void => process.kill()
  context.kill.addEventListener('abort', stop, { once: true })
  context.signal.addEventListener('abort', stop, { once: true })
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    const hello = await greet(process, client, 30_000)
    if (!hello.providers.includes(provider)) return unavailable(provider, `This build of ONNX Runtime does not have ${deviceNames[provider]}.`)
    const late = new Promise<ProviderStatus>((resolve) => { timer = setTimeout(() => resolve(unavailable(provider, 'It did not answer within a minute.')), probeMs) })
    const gone = process.exited.then((exit) => unavailable(provider, `Trying it ended its process (${exit.detail}).`))
    const call = client.call('provider.probe', { provider }).catch((thrown: unknown) => {
      const error = asSlipwayError(thrown)
      return error.code === 'transport.closed' ? gone : unavailable(provider, error.message)
    })
    return await Promise.race([call, late, gone])
  } catch (thrown) {
    return unavailable(provider, asSlipwayError(thrown).message)
  } finally {
    clearTimeout(timer)
    context.kill.removeEventListener('abort', stop)
    context.signal.removeEventListener('abort', stop)
    process.kill()
    await process.exited
  }
}

/** Probes all providers and keeps the answer. */
export async function probeProviders(parts: Parts, context: JobContext): Promise<ProviderStatus[]> {
  const found: ProviderStatus[] = []
  const all = ExecutionProvider.options
  for (const [i, provider] of all.entries()) {
    context.progress({ step: `trying ${provider}`, done: i, total: all.length }, i / all.length)
    const status = await probeOne(parts, provider, context)
    if (context.signal.aborted) throw new SlipwayError('job.cancelled', {})
    found.push(status)
  }
  parts.store.write((db) => writeSetting(db, settingKey, found))
  return found
}
