// SageMaker by Terraform: the same endpoint, alarms and canary as the CloudFormation template, for those who keep their accounts that way.
// Refuses a backend, an account, a region or a credential: the module is called with them.
import { slugOf } from '../../../../shared/slug.ts'
import type { BundleFacts } from '../facts.ts'
import { markdown, type Planned, type Planner } from '../planned.ts'
import { guardLimits } from './guard-limits.ts'
import { wayBack } from './ways-back.ts'
import { sagemakerEnvironment, sagemakerPatterns } from './sagemaker.ts'

const comment = (lines: readonly string[]): string => lines.map((line) => `# ${line}`).join('\n')
const hcl = (text: string): string => JSON.stringify(text)

const head = `terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40, < 7.0"
    }
  }
  # No backend here: where the state lies is yours to say.
}

provider "aws" {
  region = var.region
  # For tests against a simulator only.
  skip_credentials_validation = var.endpoint_url != null
  skip_metadata_api_check     = var.endpoint_url != null
  skip_requesting_account_id  = var.endpoint_url != null
  dynamic "endpoints" {
    for_each = var.endpoint_url == null ? [] : [var.endpoint_url]
    content {
      cloudwatch = endpoints.value
      sagemaker  = endpoints.value
      sts        = endpoints.value
    }
  }
}

locals {
  # Names follow the image, so that a new image makes a new model beside the old one, and the old one goes when the new one serves.
  release = substr(sha256("\${var.image} \${var.instance_type} \${var.instance_count}"), 0, 12)
}
`

const model = (facts: BundleFacts): string => `
resource "aws_sagemaker_model" "model" {
  name               = "\${var.name}-\${local.release}"
  execution_role_arn = var.execution_role_arn
  # The container needs no network of its own: the model is inside the image.
  enable_network_isolation = true

  primary_container {
    image = var.image
    # SageMaker authenticates callers before they reach the container.
    environment = {
${Object.entries(sagemakerEnvironment).map(([key, value], _, all) => `      ${key.padEnd(Math.max(...all.map(([other]) => other.length)))} = ${hcl(value)}`).join('\n')}
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_sagemaker_endpoint_configuration" "release" {
  name = "\${var.name}-\${local.release}"

  # No data capture: requests may hold personal data. Add data_capture_config where your rules allow it.
  production_variants {
    variant_name                                      = "all"
    model_name                                        = aws_sagemaker_model.model.name
    instance_type                                     = var.instance_type
    initial_instance_count                            = var.instance_count
    initial_variant_weight                            = 1
    container_startup_health_check_timeout_in_seconds = ${guardLimits(facts).startSeconds}
  }

  lifecycle {
    create_before_destroy = true
  }
}
`

const alarms = (facts: BundleFacts): string => {
  const { latencyMs, errorPercent, why } = guardLimits(facts)
  return `
${comment(why)}
resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "\${var.name}-errors"
  alarm_description   = "More failed predictions than an approved release may have"
  comparison_operator = "GreaterThanThreshold"
  threshold           = ${errorPercent}
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]

  metric_query {
    id          = "percent"
    label       = "failed, per cent"
    expression  = "IF(asked > 0, 100 * failed / asked, 0)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { failed = "Invocation5XXErrors", asked = "Invocations" }
    content {
      id = metric_query.key
      metric {
        namespace   = "AWS/SageMaker"
        metric_name = metric_query.value
        dimensions  = { EndpointName = var.name, VariantName = "all" }
        period      = 60
        stat        = "Sum"
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name          = "\${var.name}-latency"
  alarm_description   = "The slowest hundredth of predictions takes longer than the measured model allows"
  comparison_operator = "GreaterThanThreshold"
  # CloudWatch counts ModelLatency in microseconds.
  threshold           = ${latencyMs * 1000}
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
  namespace           = "AWS/SageMaker"
  metric_name         = "ModelLatency"
  dimensions          = { EndpointName = var.name, VariantName = "all" }
  extended_statistic  = "p99"
  period              = 60
}
`
}

const endpoint = `
# One instance of the new fleet serves first; any of the alarms in the time it is watched takes the update back by itself.
resource "aws_sagemaker_endpoint" "endpoint" {
  name                 = var.name
  endpoint_config_name = aws_sagemaker_endpoint_configuration.release.name

  deployment_config {
    auto_rollback_configuration {
      alarms {
        alarm_name = aws_cloudwatch_metric_alarm.errors.alarm_name
      }
      alarms {
        alarm_name = aws_cloudwatch_metric_alarm.latency.alarm_name
      }
    }

    blue_green_update_policy {
      maximum_execution_timeout_in_seconds = 14400
      termination_wait_in_seconds          = var.bake_seconds

      traffic_routing_configuration {
        type                     = "CANARY"
        wait_interval_in_seconds = var.bake_seconds

        canary_size {
          type  = "INSTANCE_COUNT"
          value = 1
        }
      }
    }
  }
}
`

const variable = (name: string, type: string, description: string, more = ''): string => `variable ${hcl(name)} {
  description = ${hcl(description)}
  type        = ${type}
${more}}
`
const matches = (name: string, pattern: string, words: string): string => `
  validation {
    condition     = can(regex(${hcl(pattern)}, var.${name}))
    error_message = ${hcl(words)}
  }
`
const byDefault = (value: string): string => `  default     = ${value}\n`

const variables = (name: string): string => `# What is yours. Values of your account have no defaults.
${[
    variable('region', 'string', 'Region of the endpoint'),
    variable('image', 'string', 'The image of this bundle in ECR, by digest; built with deploy/container/build.sh --as-root', matches('image', sagemakerPatterns.image, 'The image must lie in ECR and be named by digest (@sha256:...): a tag is another image tomorrow.')),
    variable('execution_role_arn', 'string', 'Role that SageMaker takes on: to pull the image and to write logs, nothing more', matches('execution_role_arn', sagemakerPatterns.role, 'This is not the ARN of a role.')),
    variable('instance_type', 'string', 'Such as ml.c7i.large; the speed report says what the model needs', matches('instance_type', sagemakerPatterns.instance, 'Instance types of SageMaker begin with ml.')),
    variable('instance_count', 'number', 'Instances of the endpoint; one of them is the canary during an update', `${byDefault('2')}
  validation {
    condition     = var.instance_count >= 2
    error_message = "A canary needs at least two instances."
  }
`),
    variable('name', 'string', 'Name of the endpoint', byDefault(hcl(name))),
    variable('bake_seconds', 'number', 'How long the canary and then the whole new fleet are watched before the next step', byDefault('600')),
    variable('alarm_topic_arn', 'string', 'SNS topic that hears of the alarms; null: nobody, but updates are still taken back', byDefault('null')),
    variable('endpoint_url', 'string', 'Address of a simulator instead of AWS, for tests', byDefault('null')),
  ].join('\n')}`

const outputs = `output "endpoint_name" {
  description = "Name for invoke-endpoint"
  value       = aws_sagemaker_endpoint.endpoint.name
}

output "release" {
  description = "What is served: the name that the model and its configuration share"
  value       = aws_sagemaker_endpoint_configuration.release.name
}
`

const readme = (name: string, facts: BundleFacts): string => `# ${name} on SageMaker by Terraform

    terraform init
    terraform apply -var region=... -var image=ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME@sha256:... -var execution_role_arn=... -var instance_type=ml...

The image is this bundle's own, in the variant that SageMaker wants (it runs containers as root and starts them with the word \`serve\`):

    sh deploy/container/build.sh --scratch --as-root --trust /path/to/publisher.pub.pem --tag ...

**A release** is the same command with another \`image\`. SageMaker starts a second fleet, gives one instance of it traffic for \`bake_seconds\`, then all, and removes the old fleet. If an alarm (failed predictions, latency) fires meanwhile, it goes back by itself and the apply fails.

## Back

${wayBack(facts, 'sagemaker')}

## Ask it

\`aws sagemaker-runtime invoke-endpoint --endpoint-name ${name} --content-type application/json --body fileb://request.json answer.json\`; the body is a request of \`model/golden.jsonl\`. SageMaker strips most headers: put an id into the body.

The state is yours to keep: add a \`backend\` block in a file of your own. No account, role or credential is in these files.
`

export const planTerraform: Planner = (facts): readonly Planned[] => {
  if (!facts.targets.some(({ target }) => target === 'sagemaker')) return []
  const name = slugOf(facts.version.modelName)
  const file = (path: string, text: string, mediaType = 'text/plain'): Planned => ({ path: `deploy/terraform/${path}`, role: 'deploy', mediaType, text })
  return [
    file('main.tf', head + model(facts) + alarms(facts) + endpoint),
    file('variables.tf', variables(name)),
    file('outputs.tf', outputs),
    file('README.md', readme(name, facts), markdown),
  ]
}
