// The planner of everything under deploy/kubernetes.
import { markdown, type Planner } from '../planned.ts'
import { argoFiles } from './argo.ts'
import { gatewayFiles } from './gateway.ts'
import { baseFiles, kubernetesFolder } from './kubernetes-base.ts'
import { monitoringFiles } from './kubernetes-monitoring.ts'
import { overlayFiles } from './kubernetes-overlays.ts'
import { kubernetesReadme } from './kubernetes-readme.ts'

export const planKubernetes: Planner = (facts) => (facts.targets.some(({ target }) => target === 'kubernetes') ? [
  ...baseFiles(facts),
  ...overlayFiles(facts),
  ...gatewayFiles(facts),
  ...argoFiles(facts),
  ...monitoringFiles(facts),
  { path: `${kubernetesFolder}/README.md`, role: 'deploy', mediaType: markdown, text: kubernetesReadme(facts) },
] : [])
