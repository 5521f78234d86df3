// SageMaker: the endpoint of a bundle as CloudFormation, with a canary during every update and alarms that take it back.
// Refuses to know an account, a role, a region or an instance type: they are parameters without defaults.
import { slugOf } from '../../../../shared/slug.ts'
import type { BundleFacts } from '../facts.ts'
import type { Planned, Planner } from '../planned.ts'
import { guardLimits } from './guard-limits.ts'
import { yamlFile, type YamlDocument } from './yaml-file.ts'

/** What a role of SageMaker, an image by digest and an instance type look like. */
export const sagemakerPatterns = {
  image: '^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?/[a-z0-9._/-]+@sha256:[0-9a-f]{64}$',
  role: '^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$',
  instance: '^ml\\.[a-z0-9-]+\\.[a-z0-9]+$',
} as const

/** The platform authenticates callers (IAM) before they reach the container, so no tokens; the port is part of its contract. */
export const sagemakerEnvironment = { SLIPWAY_INSECURE_NO_AUTH: '1', SLIPWAY_PORT: '8080' } as const

const ref = (name: string): unknown => ({ Ref: name })
const attribute = (resource: string, name: string): unknown => ({ 'Fn::GetAtt': [resource, name] })

const parameters = (name: string): Record<string, unknown> => ({
  ImageUri: { Type: 'String', Description: 'The image of this bundle in ECR, by digest; built with deploy/container/build.sh --as-root', AllowedPattern: sagemakerPatterns.image },
  ExecutionRoleArn: { Type: 'String', Description: 'Role that SageMaker takes on: to pull the image and to write logs, nothing more', AllowedPattern: sagemakerPatterns.role },
  InstanceType: { Type: 'String', Description: 'Such as ml.c7i.large; docs/runbook.md and the speed report say what the model needs', AllowedPattern: sagemakerPatterns.instance },
  InstanceCount: { Type: 'Number', Default: 2, MinValue: 2, Description: 'One of them is the canary during an update, so at least 2' },
  EndpointName: { Type: 'String', Default: name, AllowedPattern: '^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$' },
  BakeSeconds: { Type: 'Number', Default: 600, MinValue: 60, MaxValue: 3600, Description: 'How long the canary and then the whole new fleet are watched before the next step' },
  AlarmTopicArn: { Type: 'String', Default: '', Description: 'SNS topic that hears of the alarms; empty: nobody, but updates are still taken back' },
})

const alarm = (description: string, more: Record<string, unknown>): Record<string, unknown> => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmDescription: description, AlarmActions: { 'Fn::If': ['HasTopic', [ref('AlarmTopicArn')], ref('AWS::NoValue')] },
    ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 3, DatapointsToAlarm: 2, TreatMissingData: 'notBreaching', ...more,
  },
})
const dimensions = [{ Name: 'EndpointName', Value: ref('EndpointName') }, { Name: 'VariantName', Value: 'all' }]
const metric = (name: string, stat: string): Record<string, unknown> => ({ Metric: { Namespace: 'AWS/SageMaker', MetricName: name, Dimensions: dimensions }, Period: 60, Stat: stat })

function alarms(facts: BundleFacts): Record<string, unknown> {
  const { latencyMs, errorPercent } = guardLimits(facts)
  return {
    ErrorAlarm: alarm('More failed predictions than an approved release may have', {
      Threshold: errorPercent,
      Metrics: [
        { Id: 'failed', ReturnData: false, MetricStat: metric('Invocation5XXErrors', 'Sum') },
        { Id: 'asked', ReturnData: false, MetricStat: metric('Invocations', 'Sum') },
        { Id: 'percent', ReturnData: true, Label: 'failed, per cent', Expression: 'IF(asked > 0, 100 * failed / asked, 0)' },
      ],
    }),
    LatencyAlarm: alarm('The slowest hundredth of predictions takes longer than the measured model allows', {
      // CloudWatch counts ModelLatency in microseconds.
      Threshold: latencyMs * 1000, Namespace: 'AWS/SageMaker', MetricName: 'ModelLatency', Dimensions: dimensions, ExtendedStatistic: 'p99', Period: 60,
    }),
  }
}

const endpoint = {
  Type: 'AWS::SageMaker::Endpoint',
  Properties: {
    EndpointName: ref('EndpointName'), EndpointConfigName: attribute('EndpointConfig', 'EndpointConfigName'),
    DeploymentConfig: {
      AutoRollbackConfiguration: { Alarms: [{ AlarmName: ref('ErrorAlarm') }, { AlarmName: ref('LatencyAlarm') }] },
      BlueGreenUpdatePolicy: {
        MaximumExecutionTimeoutInSeconds: 14_400, TerminationWaitInSeconds: ref('BakeSeconds'),
        TrafficRoutingConfiguration: { Type: 'CANARY', CanarySize: { Type: 'INSTANCE_COUNT', Value: 1 }, WaitIntervalInSeconds: ref('BakeSeconds') },
      },
    },
  },
}

function template(facts: BundleFacts, name: string): YamlDocument {
  const { startSeconds } = guardLimits(facts)
  return {
    object: {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: `Model ${name} ${facts.semver} on SageMaker: blue/green with a canary, taken back by alarms`,
      Parameters: parameters(name),
      Conditions: { HasTopic: { 'Fn::Not': [{ 'Fn::Equals': [ref('AlarmTopicArn'), ''] }] } },
      Resources: {
        Model: { Type: 'AWS::SageMaker::Model', Properties: { ExecutionRoleArn: ref('ExecutionRoleArn'), EnableNetworkIsolation: true, PrimaryContainer: { Image: ref('ImageUri'), Environment: sagemakerEnvironment } } },
        EndpointConfig: {
          Type: 'AWS::SageMaker::EndpointConfig',
          Properties: { ProductionVariants: [{ VariantName: 'all', ModelName: attribute('Model', 'ModelName'), InstanceType: ref('InstanceType'), InitialInstanceCount: ref('InstanceCount'), InitialVariantWeight: 1, ContainerStartupHealthCheckTimeoutInSeconds: startSeconds }] },
        },
        ...alarms(facts),
        Endpoint: endpoint,
      },
      Outputs: { EndpointName: { Value: attribute('Endpoint', 'EndpointName'), Description: 'Name for invoke-endpoint' } },
    },
    notes: {
      'Resources/Model': 'No names here: a changed image makes a new model and a new configuration, and the old ones go when the new ones serve.',
      'Resources/Model/Properties/EnableNetworkIsolation': 'The container needs no network of its own: the model is inside the image.',
      'Resources/EndpointConfig': 'No data capture: requests may hold personal data. Add DataCaptureConfig where your rules allow it.',
      'Resources/ErrorAlarm': guardLimits(facts).why.join('\n'),
      'Resources/Endpoint': 'One instance of the new fleet serves first; any of the alarms in the time it is watched takes the update back by itself.',
    },
  }
}

export const planSagemaker: Planner = (facts): readonly Planned[] => {
  if (!facts.targets.some(({ target }) => target === 'sagemaker')) return []
  const name = slugOf(facts.version.modelName)
  return [yamlFile('deploy/cloudformation/sagemaker.yaml', [
    `The model ${name} as a SageMaker endpoint. First and every further release, with the image by digest:`,
    `aws cloudformation deploy --stack-name ${name} --template-file sagemaker.yaml --parameter-overrides ImageUri=... ExecutionRoleArn=... InstanceType=...`,
    'Roll back after a finished release: the same command with the ImageUri before.',
  ], [template(facts, name)])]
}
