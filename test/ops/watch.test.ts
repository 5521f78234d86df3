// What the monitoring files of a bundle are worth: Debian's promtool and amtool take them and refuse a planted defect each, and Grafana's own types take the dashboard.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { BundleFacts } from '../../main/core/bundle/facts.ts'
import { dashboard, type DashboardFile } from '../../main/core/bundle/watch/dashboard.ts'
import { alerts } from '../../main/core/bundle/watch/alerts.ts'
import { bundleThresholds, latencyLimit } from '../../main/core/bundle/watch/limits.ts'
import { modelMetrics, processMetrics } from '../../main/core/bundle/watch/metric-catalogue.ts'
import type { SpeedReport } from '../../shared/domain/device-report.ts'
import { Thresholds } from '../../shared/drift/thresholds.ts'
import { Reference } from '../../shared/drift/reference.ts'
import { irisFacts } from '../setup/small-bundle.ts'
import { run, writeMonitoring } from './monitoring-files.ts'

let folder: string
let facts: BundleFacts
let files: ReadonlyMap<string, string>
const at = (name: string): string => join(folder, 'monitoring', name)
const text = (name: string): string => files.get(`monitoring/${name}`)!

/** A copy of a file with one thing changed. */
function spoiled(name: string, from: string | RegExp, to: string): string {
  const copy = text(name).replace(from, to)
  if (copy === text(name)) throw new Error(`nothing was planted in ${name}`)
  writeFileSync(at(`spoiled-${name}`), copy)
  return at(`spoiled-${name}`)
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-watch-'))
  facts = await irisFacts(folder, { targets: [{ target: 'container', engine: null }, { target: 'server', engine: null }, { target: 'triton', engine: null }] })
  files = writeMonitoring(folder, facts)
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

describe('limits', () => {
  it('each with its origin, and in the form that is written down', () => {
    const limits = Thresholds.parse(JSON.parse(text('thresholds.json')))
    expect(new Set(limits.thresholds.map((t) => t.id)).size).toBe(limits.thresholds.length)
    for (const t of limits.thresholds) expect(Object.keys(alerts)).toContain(t.alert)
    const drift = limits.thresholds.filter((t) => t.alert === 'InputDrift' && t.selector['feature'] === 'petal_width')
    // χ²₅ or ₆ at a tail of 0.005/4, against 150 rows: a profile so small that 0.1 would be chance.
    expect(drift.map((t) => t.severity)).toEqual(['warning', 'critical'])
    expect(drift[0]!.value).toBeGreaterThan(0.13)
    expect(drift[0]!.value).toBeLessThan(0.25)
    expect(drift[1]!.value).toBeCloseTo(Math.max(0.25, 2 * drift[0]!.value), 3)
    expect(drift[0]!.origin.inputs).toMatchObject({ features: 4, referenceRows: 150, windowRows: limits.minRows })
    expect(limits.thresholds.find((t) => t.alert === 'QualityBelowEvaluation')).toBeUndefined()
    expect(Reference.safeParse(JSON.parse(text('reference.json'))).success).toBe(true)
  })

  it('of latency from the measured speed, at an edge of the histogram; without a measurement said so', () => {
    const speed = (p99: number | null, meanMs: number): SpeedReport => ({ batches: [{ batchSize: 32, calls: 9, meanMs: 50, p99: 90 }, { batchSize: 1, calls: 500, meanMs, p99 }] }) as unknown as SpeedReport
    expect(latencyLimit(speed(20, 10)).seconds).toBe(0.1)
    expect(latencyLimit(speed(1, 0.5)).seconds).toBe(0.025)
    expect(latencyLimit(speed(null, 40)).seconds).toBe(0.5)
    expect(latencyLimit(null)).toMatchObject({ seconds: 1, formula: expect.stringContaining('nobody measured') as string })
  })

  it('without the rows there are only those of the service', async () => {
    const bare = bundleThresholds(await irisFacts(join(folder, 'bare'), { reference: null }))
    expect(bare.thresholds.filter((t) => t.minRows !== null && t.judgedBy === 'prometheus')).toEqual([])
    expect(bare.without[0]?.reason).toContain('there is no profile')
  })
})

describe('Prometheus', () => {
  const lint = (file: string): ReturnType<typeof run> => run('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', file])
  it('takes the rules, and refuses two of one name and a wrong expression', () => {
    for (const name of ['alerts.rules.yml', 'triton.rules.yml']) expect(lint(at(name))).toMatchObject({ code: 0 })
    expect(lint(spoiled('alerts.rules.yml', /model_bundle_verified\{/, 'rate(model_bundle_verified{')).code).not.toBe(0)
    expect(lint(spoiled('triton.rules.yml', 'by (model, version)', 'by model')).code).not.toBe(0)
    const rules = text('alerts.rules.yml')
    const one = rules.slice(rules.indexOf('      - alert:'), rules.indexOf('      - alert:', rules.indexOf('      - alert:') + 1))
    expect(lint(spoiled('alerts.rules.yml', one, one + one)).code).not.toBe(0)
  })

  it('every rule fires just over its limit and not just under it, as its own tests say', () => {
    const answer = run('promtool', ['test', 'rules', at('alerts.test.yml')])
    expect(answer).toMatchObject({ code: 0 })
    const tests = parse(text('alerts.test.yml')) as { tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[] }
    const seen = (fires: boolean): Set<string> => new Set(tests.tests.flatMap((t) => t.alert_rule_test.filter((a) => (a.exp_alerts.length > 0) === fires).map((a) => a.alertname)))
    const rules = parse(text('alerts.rules.yml')) as { groups: { rules: { alert: string; annotations: { runbook: string } }[] }[] }
    const names = new Set(rules.groups.flatMap((g) => g.rules.map((r) => r.alert)))
    expect(seen(true)).toEqual(names)
    expect(seen(false)).toEqual(names)
    for (const rule of rules.groups.flatMap((g) => g.rules)) expect(rule.annotations.runbook).toBe(`docs/runbook.md#${rule.alert.toLowerCase()}`)
  })

  it('the tests see a limit that was moved by hand', () => {
    const limit = /(model_input_drift_psi\{[^}]*petal_width"\} > )([\d.]+)/
    writeFileSync(at('moved.rules.yml'), text('alerts.rules.yml').replace(limit, (_all, head: string, value: string) => `${head}${Number(value) * 1.05}`))
    writeFileSync(at('moved.test.yml'), text('alerts.test.yml').replace('alerts.rules.yml', 'moved.rules.yml'))
    expect(run('promtool', ['test', 'rules', at('moved.test.yml')]).code).not.toBe(0)
  })

  it('takes the configuration, and refuses a field that it does not know', () => {
    expect(run('promtool', ['check', 'config', at('prometheus.yml')])).toMatchObject({ code: 0 })
    expect(run('promtool', ['check', 'config', spoiled('prometheus.yml', 'metrics_path', 'metric_path')]).code).not.toBe(0)
  })

  it('Alertmanager takes the example, and refuses a receiver that is nowhere', () => {
    expect(run('amtool', ['check-config', at('alertmanager.example.yml')])).toMatchObject({ code: 0 })
    expect(run('amtool', ['check-config', spoiled('alertmanager.example.yml', /receiver: 'on-call'/, "receiver: 'nobody'")]).code).not.toBe(0)
  })
})

/** A type as JSON has it: enumerations by their values, and without the SDK's own marks. */
type Plain<T> = T extends string ? `${T}` : T extends number | boolean | null | undefined ? T : T extends (infer U)[] ? Plain<U>[] : T extends object ? { [K in keyof T as K extends '_implementsDataqueryVariant' ? never : K]: Plain<T[K]> } : T
type PlainDashboard = Omit<Plain<Dashboard>, 'panels'> & { panels: (Omit<Extract<NonNullable<Plain<Dashboard>['panels']>[number], { targets?: unknown }>, 'targets'> & { targets: Plain<Dataquery>[] })[] }
type Exactly<T, Shape> = T extends (infer U)[] ? Shape extends (infer S)[] ? Exactly<U, S>[] : never : T extends object ? { [K in keyof T]: K extends keyof Shape ? T[K] : never } : T

describe('Grafana', () => {
  const made = (): DashboardFile => dashboard(facts, bundleThresholds(facts))

  it('the dashboard has the types of its maker, and a field that does not exist is refused', () => {
    const typed: PlainDashboard = made()
    const known: Exactly<DashboardFile, PlainDashboard> = made()
    // @ts-expect-error `titel` is no field of a dashboard
    const planted: Exactly<DashboardFile & { titel: string }, PlainDashboard> = { ...made(), titel: 'x' }
    // @ts-expect-error a panel's height is a number
    const wrong: PlainDashboard['panels'][number]['gridPos'] = { h: '4', w: 1, x: 1, y: 1 }
    expect([typed.uid, known.uid, planted.uid, wrong?.w]).toEqual([typed.uid, typed.uid, typed.uid, 1])
    expect(JSON.parse(text('grafana-dashboard.json'))).toEqual(typed)
  })

  it('no two panels share an id or a place, and all go through the variable of the data source', () => {
    const { panels } = made()
    expect(new Set(panels.map((p) => p.id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`))
    expect(new Set(cells).size).toBe(cells.length)
    expect(cells.every((c) => Number(c.split(',')[0]) < 24)).toBe(true)
    for (const p of panels) for (const d of [p.datasource, ...p.targets.map((t) => t.datasource)]) expect(d).toEqual({ type: 'prometheus', uid: '${datasource}' })
  })

  it('every expression is one that Prometheus can evaluate, over metrics that the server has', () => {
    const expressions = made().panels.flatMap((p) => p.targets.map((t) => t.expr))
    const rules = (all: readonly string[]): string => JSON.stringify({ groups: [{ name: 'dashboard', rules: all.map((expr, i) => ({ record: `panel:${i}`, expr })) }] })
    writeFileSync(at('panels.json'), rules(expressions))
    expect(run('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', at('panels.json')])).toMatchObject({ code: 0 })
    writeFileSync(at('panels-wrong.json'), rules([...expressions, 'rate(model_requests_total)']))
    expect(run('promtool', ['check', 'rules', at('panels-wrong.json')]).code).not.toBe(0)
    const known = new Set(Object.entries({ ...modelMetrics, ...processMetrics }).flatMap(([name, { kind }]) => (kind === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name])))
    const rulesText = text('alerts.rules.yml')
    const used = [...expressions.join(' ').matchAll(/\b(?:model|process|nodejs)_[a-z0-9_]+/g), ...rulesText.matchAll(/expr: .*/g)].flatMap((m) => [...m[0].matchAll(/\b(?:model|process|nodejs)_[a-z0-9_]+/g)].map((n) => n[0]))
    expect([...new Set(used)].filter((name) => !known.has(name))).toEqual([])
  })
})
