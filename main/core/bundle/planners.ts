// The parts of a bundle that are planned from facts alone, in the order of their folders. One line a part.
import { planCompose } from './deploy/compose.ts'
import { planContainer } from './deploy/container.ts'
import { planHost } from './deploy/host.ts'
import { planKServe } from './deploy/kserve.ts'
import { planKubernetes } from './deploy/kubernetes.ts'
import { planTriton } from './deploy/triton.ts'
import { planOpenApi } from './openapi-file.ts'
import { planSagemaker } from './deploy/sagemaker.ts'
import { planTerraform } from './deploy/terraform.ts'
import { planWorkflow } from './deploy/workflow.ts'
import type { Planner } from './planned.ts'
import { planEvidence } from './seal/evidence.ts'
import { planPapers } from './read/plan-papers.ts'
import { planServing } from './serving-plan.ts'
import { planWatch } from './watch/plan-watch.ts'

export const planners: readonly Planner[] = [
  planServing,
  planOpenApi,
  planEvidence,
  planPapers,
  planContainer,
  planCompose,
  planHost,
  planKServe,
  planKubernetes,
  planSagemaker,
  planTerraform,
  planWorkflow,
  planTriton,
  planWatch,
]
