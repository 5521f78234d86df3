// SageMaker's files through programs that not every machine has: terraform, cfn-lint, and moto, which imitates AWS on this machine.
// Each test runs when its program is found. When not, it is one failed look-up that is printed and counted as skipped, never a silent pass.
import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest'
import { planners } from '../../main/core/bundle/planners.ts'
import { irisFacts } from '../setup/small-bundle.ts'
import { measuredSpeed } from '../setup/speed-report.ts'
import { freePorts, startProgram, until, type Program } from './programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-sagemaker-'))
const [terraform, formation] = [join(folder, 'deploy/terraform'), join(folder, 'deploy/cloudformation')]
const mirror = process.env['SLIPWAY_TERRAFORM_MIRROR'] ?? '/opt/tf-plugins'
const environment = { ...process.env, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_DEFAULT_REGION: 'us-east-1', TF_CLI_CONFIG_FILE: join(folder, 'terraform.rc'), CHECKPOINT_DISABLE: '1' }
const image = (digit: string): string => `123456789012.dkr.ecr.us-east-1.amazonaws.com/iris@sha256:${digit.repeat(64)}`
const role = 'arn:aws:iam::123456789012:role/sagemaker'
let simulator: Program | null = null
let address = ''

const run = (command: string, words: readonly string[], cwd: string): SpawnSyncReturns<string> => spawnSync(command, words, { cwd, encoding: 'utf8', env: environment })
const found = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0 && spawnSync(program, [program === 'moto_server' ? '--help' : '--version'], { stdio: 'ignore', env: environment }).status === 0

/** Skips, printed and counted, where a program is missing. */
function need(context: TestContext, ...programs: string[]): void {
  const missing = programs.filter((program) => (program.startsWith('/') ? !existsSync(program) : !found(program)))
  if (missing.length === 0) return
  console.log(`not run: ${context.task.name} (needs ${missing.join(', ')})`)
  context.skip(`needs ${missing.join(', ')}`)
}

beforeAll(async () => {
  const facts = { ...await irisFacts(folder), speed: measuredSpeed, targets: [{ target: 'sagemaker' as const, engine: null }] }
  for (const { path, text } of planners.flatMap((plan) => plan(facts, 'key')).filter(({ path }) => /^deploy\/(terraform|cloudformation)\//.test(path))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text ?? '')
  }
  writeFileSync(environment.TF_CLI_CONFIG_FILE, `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`)
  if (!found('moto_server')) return
  const [port] = await freePorts(1)
  address = `http://127.0.0.1:${port}`
  simulator = startProgram('moto_server', ['-H', '127.0.0.1', '-p', String(port)], environment)
  await until(`moto: ${simulator.output()}`, () => fetch(address).then(() => true, () => false))
})
afterAll(async () => {
  await simulator?.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('terraform: form, providers and types are right, and a misspelt argument is not', (context) => {
  need(context, 'terraform', mirror)
  expect(run('terraform', ['fmt', '-check', '-diff'], terraform)).toMatchObject({ status: 0, stdout: '' })
  expect(run('terraform', ['init', '-no-color', '-input=false'], terraform)).toMatchObject({ status: 0 })
  expect(run('terraform', ['validate', '-no-color'], terraform)).toMatchObject({ status: 0 })
  writeFileSync(join(terraform, 'defect.tf'), 'resource "aws_sagemaker_model" "defect" {\n  nmae = "x"\n}\n')
  expect(run('terraform', ['validate', '-no-color'], terraform)).toMatchObject({ status: 1, stderr: expect.stringContaining('nmae') })
  rmSync(join(terraform, 'defect.tf'))
}, 300_000)

test('terraform against the simulator: the endpoint and all that belongs to it', async (context) => {
  need(context, 'terraform', mirror, 'moto_server')
  const first = run('terraform', ['apply', '-no-color', '-auto-approve', '-input=false', ...Object.entries({ region: 'us-east-1', image: image('b'), execution_role_arn: role, instance_type: 'ml.c5.large', endpoint_url: address }).flatMap(([key, value]) => ['-var', `${key}=${value}`])], terraform)
  expect([first.stderr, first.stdout]).toEqual(['', expect.stringContaining('Apply complete! Resources: 5 added')])
  const aws = (target: string, body: object): Promise<unknown> => fetch(address, { method: 'POST', headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1', authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=x' }, body: JSON.stringify(body) }).then((answer) => answer.json())
  const { EndpointStatus, EndpointConfigName } = await aws('SageMaker.DescribeEndpoint', { EndpointName: 'iris' }) as Record<string, string>
  expect(EndpointStatus).toBe('InService')
  const { ProductionVariants: [variant] } = await aws('SageMaker.DescribeEndpointConfig', { EndpointConfigName }) as { ProductionVariants: { ModelName: string }[] }
  expect(await aws('SageMaker.DescribeModel', { ModelName: variant?.ModelName })).toMatchObject({ PrimaryContainer: { Image: image('b'), Environment: { SLIPWAY_PORT: '8080' } } })
}, 300_000)

test('cfn-lint takes the template, and refuses a misspelt property', (context) => {
  need(context, 'cfn-lint')
  const text = readFileSync(join(formation, 'sagemaker.yaml'), 'utf8')
  writeFileSync(join(formation, 'defect.yaml'), text.replace('InitialInstanceCount:', 'InitialInstanceCuont:'))
  const { status, stdout } = run('cfn-lint', ['--format', 'parseable', 'sagemaker.yaml', 'defect.yaml'], formation)
  const faults = stdout.trim().split('\n')
  expect([status === 0, faults.filter((line) => line.startsWith('sagemaker.yaml'))]).toEqual([false, []])
  expect(faults.join()).toMatch(/^defect\.yaml.*InitialInstanceCuont/)
}, 300_000)

test('CloudFormation against the simulator: every resource of the stack is made', (context) => {
  need(context, 'moto_server', 'aws')
  const aws = (...words: string[]): SpawnSyncReturns<string> => run('aws', ['--endpoint-url', address, 'cloudformation', ...words], formation)
  expect(aws('deploy', '--stack-name', 'iris', '--template-file', 'sagemaker.yaml', '--parameter-overrides', `ImageUri=${image('a')}`, `ExecutionRoleArn=${role}`, 'InstanceType=ml.c5.large', 'EndpointName=iris-stack').stderr).toBe('')
  const made = aws('describe-stack-resources', '--stack-name', 'iris', '--query', 'StackResources[].[LogicalResourceId,ResourceStatus]', '--output', 'text').stdout.trim().split('\n').sort()
  // The simulator keeps no name of an alarm in a stack.
  expect(made).toEqual(['Endpoint', 'EndpointConfig', 'Model', 'None', 'None'].map((name) => `${name}\tCREATE_COMPLETE`))
}, 300_000)
