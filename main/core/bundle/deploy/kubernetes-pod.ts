// The pod of a bundle's server in a cluster, hardened: no root, nothing writable but /tmp, no capabilities, no token of the cluster.
import type { BundleFacts } from '../facts.ts'
import { containerUser } from './container.ts'
import { clusterNames, portName, serverPort, unsetDigest } from './kubernetes-names.ts'
import { quantities, resourcesOf } from './resources.ts'

/** Seconds: until load balancers have heard that the pod goes, until the server has answered what is under way, and a rest. */
const leaveSeconds = 5
const drainSeconds = 20
const restSeconds = 10
const probeSeconds = 2

const probe = (path: string, more: Readonly<Record<string, number>>): unknown => ({ httpGet: { path, port: portName }, ...more })

/** The server's settings: one place for what differs between clusters. No secret is among them. */
export const serverSettings = (facts: BundleFacts): Readonly<Record<string, string>> => ({
  SLIPWAY_HOST: '0.0.0.0',
  SLIPWAY_OPEN_METRICS: '1',
  SLIPWAY_PORT: String(serverPort),
  SLIPWAY_THREADS: String(resourcesOf(facts).processors),
  SLIPWAY_TOKENS: '/run/slipway/tokens/tokens',
  SLIPWAY_TRUST: '/run/slipway/trust/publisher.pub.pem',
})

function container(facts: BundleFacts): unknown {
  const names = clusterNames(facts)
  return {
    name: 'server',
    image: `${names.image}@${unsetDigest}`,
    imagePullPolicy: 'IfNotPresent',
    envFrom: [{ configMapRef: { name: names.config } }],
    ports: [{ name: portName, containerPort: serverPort, protocol: 'TCP' }],
    startupProbe: probe('/v2/health/ready', { periodSeconds: probeSeconds, timeoutSeconds: 2, failureThreshold: Math.ceil(resourcesOf(facts).startSeconds / probeSeconds) }),
    readinessProbe: probe('/v2/health/ready', { periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 }),
    livenessProbe: probe('/v2/health/live', { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 }),
    lifecycle: { preStop: { exec: { command: ['node', '-e', `setTimeout(() => {}, ${leaveSeconds * 1000})`] } } },
    resources: quantities(resourcesOf(facts)),
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, privileged: false, readOnlyRootFilesystem: true, runAsGroup: containerUser, runAsNonRoot: true, runAsUser: containerUser },
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'tokens', mountPath: '/run/slipway/tokens', readOnly: true },
      { name: 'trust', mountPath: '/run/slipway/trust', readOnly: true },
    ],
  }
}

/** A pod template for a Deployment. */
export function podTemplate(facts: BundleFacts): unknown {
  const names = clusterNames(facts)
  const spread = (topologyKey: string): unknown => ({ labelSelector: { matchLabels: names.selector }, maxSkew: 1, topologyKey, whenUnsatisfiable: 'ScheduleAnyway' })
  return {
    metadata: { labels: names.labels },
    spec: {
      serviceAccountName: names.app,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { fsGroup: containerUser, runAsGroup: containerUser, runAsNonRoot: true, runAsUser: containerUser, seccompProfile: { type: 'RuntimeDefault' } },
      terminationGracePeriodSeconds: leaveSeconds + drainSeconds + restSeconds,
      topologySpreadConstraints: [spread('topology.kubernetes.io/zone'), spread('kubernetes.io/hostname')],
      containers: [container(facts)],
      volumes: [
        { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
        { name: 'tokens', secret: { secretName: names.tokens, defaultMode: 0o440, optional: false } },
        { name: 'trust', configMap: { name: names.publisherKey, optional: false } },
      ],
    },
  }
}

/** Comments on the template, by place below the workload's `spec/template`. */
export function podNotes(facts: BundleFacts): Readonly<Record<string, string>> {
  const names = clusterNames(facts)
  const pod = 'spec/template/spec'
  const server = `${pod}/containers/0`
  return {
    [`${pod}/automountServiceAccountToken`]: 'The server asks nothing of the cluster, so it gets no token for it.',
    [`${pod}/terminationGracePeriodSeconds`]: `${leaveSeconds} s until routes have heard of it, up to ${drainSeconds} s for requests under way, ${restSeconds} s of rest.`,
    [`${server}/image`]: 'SET THIS in an overlay of yours (your-site.example): the image that deploy/container/build.sh made, by digest. As it stands nothing starts.',
    [`${server}/startupProbe`]: 'Ready means: verified, loaded, and every golden request answered as at the export.',
    [`${server}/livenessProbe`]: 'Only the process itself: a model that is not ready gets no traffic, but a restart would not mend it.',
    [`${server}/lifecycle`]: 'The pod leaves the Service a moment before it gets SIGTERM. By Node, because the image has no shell.',
    [`${server}/resources`]: resourcesOf(facts).why.join('\n'),
    [`${pod}/volumes/1`]: `Made by you, never in a bundle: kubectl create secret generic ${names.tokens} --from-file=tokens (one bearer token a line).\nMode 288 is 0440 in octal: readable by the server's group (fsGroup) and nobody else.`,
    [`${pod}/volumes/2`]: `The publisher's public key as you received it over another channel: only what that key signed is served.`,
  }
}
