// Asks the core the window's own way: over the very port that the page was given, beside the page's own calls.
// For what would take a test half a minute by hand, such as the proposal for a model that is slow on purpose.
import type { Page } from '@playwright/test'
import type { contract, SlipwayContract } from '../../shared/contract.ts'
import type { OutputOf, RequestOf } from '../../shared/contract-kit.ts'

type Answering = typeof globalThis & { slipwayTestPort?: MessagePort; slipwayTestId?: number }

/** Reloads the page so that its port can be listened to from here, too. Call once for a window. */
export async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    addEventListener('message', (event) => {
      if ((event.data as { kind?: string } | null)?.kind === 'slipway.port') (globalThis as Answering).slipwayTestPort = event.ports[0]!
    })
  })
  await page.reload()
  await page.getByRole('main').waitFor()
}

/** One question and its answer; for a job, the answer is the job's id. Rejects with the code of the refusal. */
export async function ask<K extends keyof typeof contract>(page: Page, method: K, input: RequestOf<SlipwayContract[K]>): Promise<OutputOf<SlipwayContract[K]>> {
  const answer: unknown = await page.evaluate(([name, value]) => new Promise<unknown>((resolve, reject) => {
    const scope = globalThis as Answering
    const port = scope.slipwayTestPort!
    const id = (scope.slipwayTestId = (scope.slipwayTestId ?? 1_000_000) + 1)
    const onMessage = (event: MessageEvent): void => {
      const answer = event.data as { id?: number; kind: string; value?: unknown; error?: { code: string } }
      if (answer.id !== id || answer.kind === 'progress') return
      port.removeEventListener('message', onMessage)
      if (answer.kind === 'done') resolve(answer.value)
      else reject(new Error(answer.error?.code ?? answer.kind))
    }
    port.addEventListener('message', onMessage)
    port.postMessage({ kind: 'call', id, method: name, input: value })
  }), [method, input] as const)
  return answer as OutputOf<SlipwayContract[K]>
}
