// Renders screens in a browser-like DOM over a core in memory, and finds elements by role and name, as a reader would.
import { act, type ReactNode } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { BridgeProvider, createBridge, type Bridge } from '../../renderer/bridge/bridge.tsx'
import { openConnection } from '../../renderer/bridge/client.ts'
import { inMemoryCore, type FakeHandlers, type InMemoryCore } from '../../renderer/bridge/in-memory.ts'
import { TooltipProvider } from '../../renderer/ui/tooltip.tsx'

declare global { var IS_REACT_ACT_ENVIRONMENT: boolean }
globalThis.IS_REACT_ACT_ENVIRONMENT = true

export interface Mounted { readonly core: InMemoryCore; readonly bridge: Bridge; unmount(): Promise<void>; render(node: ReactNode): Promise<void> }

/** Lets messages, promises and renders settle. */
export const settle = (ms = 20): Promise<void> => act(async () => { await new Promise((resolve) => setTimeout(resolve, ms)) })

/** Renders a node over a core that answers from `handlers`. */
export async function mount(node: ReactNode, handlers: FakeHandlers = {}): Promise<Mounted> {
  const core = inMemoryCore({ 'job.list': () => [], ...handlers })
  const bridge = createBridge(openConnection(() => core.open()), async () => null)
  const box = document.createElement('div')
  document.body.append(box)
  let root: Root | null = createRoot(box)
  const render = async (next: ReactNode): Promise<void> => {
    await act(async () => { root?.render(<BridgeProvider bridge={bridge}><TooltipProvider>{next}</TooltipProvider></BridgeProvider>) })
    await settle()
  }
  await render(node)
  return { core, bridge, render, unmount: async () => { await act(async () => { root?.unmount(); root = null }); box.remove() } }
}

const implied: Readonly<Record<string, string>> = { button: 'button', link: 'a[href]', row: 'tr', table: 'table', columnheader: 'th', combobox: 'select', textbox: 'input:not([type=checkbox]), textarea', checkbox: 'input[type=checkbox]', heading: 'h1, h2, h3', region: 'section[aria-label]' }

function nameOf(element: Element): string {
  const labelled = element.getAttribute('aria-label')
  if (labelled !== null) return labelled
  const label = element.id === '' ? null : document.querySelector(`label[for="${CSS.escape(element.id)}"]`)
  return (label?.textContent ?? element.textContent ?? '').trim()
}

/** All elements of a role, explicit or implied, whose accessible name fits. */
export function allByRole(role: string, name?: string | RegExp): HTMLElement[] {
  const found = [...document.querySelectorAll<HTMLElement>(`[role="${role}"]${implied[role] === undefined ? '' : `, ${implied[role]}`}`)]
  return found.filter((e) => (e.getAttribute('role') ?? role) === role && (name === undefined || (typeof name === 'string' ? nameOf(e) === name : name.test(nameOf(e)))))
}

/** The one element of a role and name; anything else is a failure of the test. */
export function byRole(role: string, name?: string | RegExp): HTMLElement {
  const found = allByRole(role, name)
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} elements are a ${role} named ${String(name)}: ${allByRole(role).map(nameOf).join(' | ')}`)
  return found[0]
}

/** Waits for an element that comes with a later answer; fails with the last reason after three seconds. */
export async function appears(find: () => HTMLElement): Promise<HTMLElement> {
  const end = Date.now() + 3_000
  for (;;) {
    try {
      return find()
    } catch (thrown) {
      if (Date.now() > end) throw thrown
      await settle()
    }
  }
}

export const click = async (element: HTMLElement): Promise<void> => { await act(async () => { element.click() }); await settle() }

export const press = async (element: Element, key: string, init: KeyboardEventInit = {}): Promise<void> => {
  await act(async () => { element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init })) })
  await settle(40)
}

/** Types into a field or chooses in a select, as React sees it. */
export async function fill(element: HTMLElement, value: string): Promise<void> {
  const prototype = element instanceof HTMLSelectElement ? HTMLSelectElement.prototype : element instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype
  await act(async () => {
    Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(element, value)
    element.dispatchEvent(new Event(element instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }))
  })
  await settle()
}
