// The security baseline, each point proven on the real window.
import { expect, test } from './launch.ts'
import { fixture } from '../setup/fixtures.ts'
import { dropFiles } from './drop-files.ts'

interface Bridge { slipway: { connect(): void; admit(file: File): Promise<{ token: string; name: string } | null> } }

test('the page is sandboxed and isolated, with no Node in it', async ({ app, page }) => {
  const inPage = await page.evaluate(() => ({
    process: typeof (globalThis as Record<string, unknown>)['process'], require: typeof (globalThis as Record<string, unknown>)['require'],
    module: typeof (globalThis as Record<string, unknown>)['module'], buffer: typeof (globalThis as Record<string, unknown>)['Buffer'],
    bridge: Object.keys((globalThis as unknown as Bridge).slipway).sort(),
  }))
  expect(inPage).toEqual({ process: 'undefined', require: 'undefined', module: 'undefined', buffer: 'undefined', bridge: ['admit', 'connect'] })
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
    const p = contents.getLastWebPreferences()
    return { sandbox: p['sandbox'], contextIsolation: p['contextIsolation'], nodeIntegration: p['nodeIntegration'], webSecurity: p['webSecurity'], webviewTag: p['webviewTag'] }
  })
  expect(preferences).toEqual({ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, webviewTag: false })
})

test('the content policy is strict and holds', async ({ page }) => {
  const policy = await page.evaluate(async () => (await fetch(location.href)).headers.get('content-security-policy'))
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/unsafe-|\*|https?:/)
  const outcome = await page.evaluate(async () => {
    const violations: string[] = []
    document.addEventListener('securitypolicyviolation', (event) => { violations.push(event.effectiveDirective) })
    const inline = document.createElement('script')
    inline.textContent = 'globalThis.planted = true'
    document.body.append(inline)
    const styled = document.createElement('div')
    styled.setAttribute('style', 'width: 123px')
    document.body.append(styled)
    const remote = new Image()
    remote.src = 'https://example.invalid/x.png'
    await new Promise((resolve) => setTimeout(resolve, 300))
    // Only now: while the inspector runs the first, synchronous part of this function it lifts the policy's ban on eval.
    let evaluated = 'refused'
    try { evaluated = String(new Function('return 1')()) } catch { /* as it should be */ }
    return { planted: 'planted' in globalThis, evaluated, violations: [...new Set(violations)].sort(), width: getComputedStyle(styled).width }
  })
  expect(outcome.planted).toBe(false)
  expect(outcome.evaluated).toBe('refused')
  expect(outcome.width).not.toBe('123px')
  expect(outcome.violations).toEqual(expect.arrayContaining(['img-src', 'script-src-elem', 'style-src-attr']))
})

test('the window makes no policy violation of its own while it is used', async ({ page }) => {
  const complaints: string[] = []
  page.on('console', (message) => { if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text()) })
  await page.reload()
  await page.waitForLoadState('networkidle')
  expect(complaints).toEqual([])
})

test('navigation and new windows are denied', async ({ app, page }) => {
  const before = page.url()
  const opened = await page.evaluate(() => window.open('https://example.invalid/') === null)
  expect(opened).toBe(true)
  await page.evaluate(() => { location.href = 'https://example.invalid/' })
  await page.evaluate(() => { const link = document.createElement('a'); link.href = 'file:///etc/passwd'; link.target = '_blank'; document.body.append(link); link.click() })
  await page.waitForTimeout(300)
  expect(page.url().split('#')[0]).toBe(before.split('#')[0])
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
})

test('permissions are denied', async ({ page }) => {
  const answers = await page.evaluate(async () => {
    const state = async (name: string): Promise<string> => (await navigator.permissions.query({ name: name as PermissionName })).state
    const media = await navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'granted', () => 'denied')
    return { geolocation: await state('geolocation'), notifications: await state('notifications'), camera: await state('camera'), media, ask: await Notification.requestPermission() }
  })
  expect(answers).toEqual({ geolocation: 'denied', notifications: 'denied', camera: 'denied', media: 'denied', ask: 'denied' })
})

test('the page reaches no network and no file', async ({ page }) => {
  const answers = await page.evaluate(async () => {
    const attempt = (url: string): Promise<string> => fetch(url).then((r) => `answered ${r.status}`, () => 'refused')
    return [await attempt('http://127.0.0.1:9/'), await attempt('https://example.invalid/'), await attempt('file:///etc/passwd'), await attempt('app://slipway/../../package.json'), await attempt('app://slipway/%2e%2e/main/desktop.js'), await attempt('app://other/index.html')]
  })
  expect(answers.slice(0, 3)).toEqual(['refused', 'refused', 'refused'])
  for (const answer of answers.slice(3)) expect(answer).toMatch(/answered 404|refused/)
})

test('main answers only its own windows at their own address', async ({ app, page }) => {
  // A window that main did not make, with the same preload, asks for a port and for a file: neither is answered.
  const preload = await app.evaluate(({ app: electron }) => `${electron.getAppPath()}/out/preload/preload.cjs`)
  await app.evaluate(async ({ BrowserWindow }, path) => {
    const stranger = new BrowserWindow({ show: false, webPreferences: { preload: path, sandbox: true, contextIsolation: true } })
    await stranger.loadURL('app://slipway/index.html')
  }, preload)
  const windows = app.windows()
  const stranger = windows.find((w) => w !== page)!
  const answer = await stranger.evaluate(async () => {
    const bridge = (globalThis as unknown as Bridge).slipway
    const port = new Promise<string>((resolve) => {
      addEventListener('message', (event) => { if ((event.data as { kind?: string } | null)?.kind === 'slipway.port') resolve('port') })
      setTimeout(() => { resolve('nothing') }, 500)
    })
    bridge.connect()
    return port
  })
  expect(answer).toBe('nothing')
})

test('a path reaches main only through a file that the user handed over', async ({ page }) => {
  const forged = await page.evaluate(async () => (globalThis as unknown as Bridge).slipway.admit(new File(['x'], '/etc/passwd')))
  expect(forged).toBeNull()
  await page.evaluate(() => {
    addEventListener('drop', (event) => {
      const file = event.dataTransfer?.files[0]
      if (file !== undefined) void (globalThis as unknown as Bridge).slipway.admit(file).then((a) => { document.body.dataset['admitted'] = JSON.stringify(a) })
    }, { capture: true, once: true })
  })
  await dropFiles(page, [fixture('iris/data/iris.csv')])
  await page.waitForFunction(() => document.body.dataset['admitted'] !== undefined)
  const admitted = await page.evaluate(() => document.body.dataset['admitted']!)
  expect(JSON.parse(admitted)).toMatchObject({ name: 'iris.csv', kind: 'file' })
  expect(admitted).not.toContain('/')
})

test('messages that break the contract are refused, and the port goes on working', async ({ app, page }) => {
  await expect(page.getByRole('button', { name: 'Open the sample workspace' })).toBeVisible()
  // An address of ours without the application on it: nobody else asks for the port there.
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.loadURL('app://slipway/empty').catch(() => undefined))
  const answers = await page.evaluate(async () => {
    const port = await new Promise<MessagePort>((resolve) => {
      addEventListener('message', (event) => { if ((event.data as { kind?: string } | null)?.kind === 'slipway.port') resolve(event.ports[0]!) })
      ;(globalThis as unknown as Bridge).slipway.connect()
    })
    const answersById = new Map<number, { kind: string; error?: { code: string } }>()
    port.onmessage = (event) => { const m = event.data as { id?: number; kind: string; error?: { code: string } }; if (m.id !== undefined) answersById.set(m.id, m) }
    port.start()
    for (const rubbish of [null, 7, 'x', [], {}, { kind: 'call' }, { kind: 'call', id: 'a', method: 'app.about' }, { kind: 'cancel', id: 99 }]) port.postMessage(rubbish)
    port.postMessage({ kind: 'call', id: 1, method: '__proto__', input: {} })
    port.postMessage({ kind: 'call', id: 2, method: 'model.get', input: { modelId: '../../etc/passwd' } })
    port.postMessage({ kind: 'call', id: 3, method: 'dataset.add', input: { file: '/etc/passwd' } })
    port.postMessage({ kind: 'call', id: 4, method: 'version.import', input: { files: ['file_00000000000000000000'] } })
    port.postMessage({ kind: 'call', id: 5, method: 'app.about', input: {} })
    await new Promise((resolve) => setTimeout(resolve, 1500))
    return [1, 2, 3, 4, 5].map((id) => answersById.get(id)?.error?.code ?? answersById.get(id)?.kind ?? 'silence')
  })
  expect(answers[0]).toBe('transport.badMessage')
  expect(answers[1]).toBe('input.invalid')
  expect(answers[2]).toBe('input.invalid')
  // An unknown token: refused at once, or as the failure of the job that it started.
  expect(['input.tokenUnknown', 'done']).toContain(answers[3])
  expect(answers[4]).toBe('done')
})
