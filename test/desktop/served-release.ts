// A release as operators have it, of real processes: bundles installed and rolled back by their own scripts behind HAProxy, and Prometheus,
// which scrapes the server with the bundle's own rules. Changed for the test: ports and waiting times.
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { freePorts, startProgram, until, type Program } from '../ops/programs.ts'

/** `value`: what the rule's expression was when Prometheus looked last. */
export interface PrometheusAlert { readonly state: string; readonly value: string; readonly labels: Readonly<Record<string, string>> }

/** A bundle's shell script, to its end; throws with its words when it fails. */
async function script(path: string, ...words: string[]): Promise<void> {
  const child = spawn('sh', [path, '--without-systemd', ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => { text += chunk })
  const code = await new Promise((resolve) => { child.once('close', resolve) })
  if (code !== 0) throw new Error(`${path} ended with ${String(code)}: ${text}`)
}

/** One host under `home` with a front on `front` and slots on the ports after it. */
export class ServedRelease {
  private front: Program | null = null
  private prometheus: Program | null = null
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 16 })
  private constructor(readonly home: string, readonly log: string, private readonly ports: readonly number[]) {}

  static async on(folder: string): Promise<ServedRelease> {
    const [home, log] = [join(folder, 'host'), join(folder, 'prediction-log')]
    for (const path of [home, log]) mkdirSync(path)
    const ports = await freePorts(5)
    const [listen, a, b, c] = ports
    writeFileSync(join(home, 'front.env'), `SLIPWAY_LISTEN=127.0.0.1:${listen}\nSLIPWAY_SOCKET=${join(home, 'front.sock')}\nSLIPWAY_PORT_A=${a}\nSLIPWAY_PORT_B=${b}\nSLIPWAY_PORT_C=${c}\n`)
    // All records: the default would sample what comes faster than 5,000 a second.
    writeFileSync(join(home, 'server.env'), `SLIPWAY_PREDICTION_LOG_DIR=${log}\nSLIPWAY_PREDICTION_LOG_RATE=1000000\n`)
    return new ServedRelease(home, log, ports)
  }

  /** Installs the unpacked bundle; the first time also starts the front. */
  async install(bundle: string, why: string): Promise<void> {
    await script(join(bundle, 'bin/install.sh'), '--home', this.home, '--trust', join(bundle, 'signatures/publisher.pub.pem'), '--why', why)
    if (this.front !== null) return
    const environment = Object.fromEntries(readFileSync(join(this.home, 'front.env'), 'utf8').trim().split('\n').map((line) => line.split('=') as [string, string]))
    const front = this.front = startProgram('haproxy', ['-W', '-f', join(this.home, 'haproxy.cfg')], environment)
    await until(`an answer through the front: ${front.output()}`, () => this.predict({}, 'first').then(({ status }) => status !== 503, () => false))
  }

  rollback(why: string): Promise<void> { return script(join(this.home, 'current/bin/rollback.sh'), '--why', why) }

  /** One record through the front. */
  predict(record: Readonly<Record<string, unknown>>, id: string): Promise<{ readonly status: number; readonly body: { readonly model_version?: string } }> {
    const body = JSON.stringify({ records: [record] })
    return new Promise((resolve, reject) => {
      const call = request(`http://127.0.0.1:${this.ports[0]!}/v1/predict`, { agent: this.agent, method: 'POST', headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), 'x-request-id': id } }, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => { text += chunk }).on('error', reject).on('end', () => { resolve({ status: answer.statusCode ?? 0, body: answer.headers['content-type']?.includes('json') === true ? JSON.parse(text) as object : {} }) })
      })
      call.on('error', reject)
      call.end(body)
    })
  }

  /** Prometheus with the bundle's configuration and rules, looking at both slots once a second. */
  async watch(bundle: string, folder: string): Promise<void> {
    const place = join(folder, 'watch')
    mkdirSync(place)
    const read = (name: string): string => readFileSync(join(bundle, 'monitoring', name), 'utf8')
    writeFileSync(join(place, 'alerts.rules.yml'), read('alerts.rules.yml').replace(/for: '\w+'/g, "for: '1s'"))
    writeFileSync(join(place, 'prometheus.yml'), read('prometheus.yml').replaceAll("'15s'", "'1s'").replace("- '127.0.0.1:8080'", this.ports.slice(1, 3).map((port) => `- '127.0.0.1:${port}'`).join('\n          ')))
    const program = this.prometheus = startProgram('prometheus', [`--config.file=${join(place, 'prometheus.yml')}`, `--storage.tsdb.path=${join(place, 'data')}`, `--web.listen-address=127.0.0.1:${this.ports[4]!}`])
    await until(`Prometheus: ${program.output()}`, () => this.ask('query?query=model_info').then(({ data }) => (data as { result: unknown[] }).result.length > 0, () => false))
  }

  /** Rows of a version that stand in its log: the server writes them every half second, or in pieces. */
  logged(version: string): number {
    return readdirSync(this.log).reduce((rows, file) => rows + readFileSync(join(this.log, file), 'utf8').split('\n').filter((line) => line.includes('"event_id"') && line.includes(`"version":"${version}"`)).length, 0)
  }

  private async ask(path: string): Promise<{ readonly data: unknown }> {
    return (await fetch(`http://127.0.0.1:${this.ports[4]!}/api/v1/${path}`)).json() as Promise<{ data: unknown }>
  }

  /** What Prometheus holds to be pending or firing. */
  async alerts(): Promise<readonly PrometheusAlert[]> { return ((await this.ask('alerts')).data as { alerts: PrometheusAlert[] }).alerts }

  async end(): Promise<void> {
    this.agent.destroy()
    await this.prometheus?.stop()
    await this.front?.stop()
    for (const slot of ['a', 'b', 'c']) {
      try { process.kill(Number(readFileSync(join(this.home, 'slots', `${slot}.pid`), 'utf8'))) } catch { /* it does not run */ }
    }
  }
}
