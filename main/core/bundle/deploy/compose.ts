// compose.yaml: the bundle's image on one machine with Docker or Podman, hardened. Refuses to name an image by tag or to publish beyond this machine by itself.
import { slugOf } from '../../../../shared/slug.ts'
import type { BundleFacts } from '../facts.ts'
import type { Planner } from '../planned.ts'
import { containerUser } from './container.ts'
import { resourcesOf } from './resources.ts'
import { yamlFile, type YamlDocument } from './yaml-file.ts'

function composeDocument(facts: BundleFacts): YamlDocument {
  const { processors, memoryMib, memoryLimitMib, why } = resourcesOf(facts)
  const key = '/run/slipway/publisher.pub.pem'
  return {
    object: {
      services: {
        model: {
          image: '${SLIPWAY_IMAGE:?name the image by digest, REGISTRY/NAME@sha256:DIGEST}',
          user: `${containerUser}:${containerUser}`,
          read_only: true,
          cap_drop: ['ALL'],
          security_opt: ['no-new-privileges:true'],
          tmpfs: ['/tmp:size=64m,mode=1777,noexec,nosuid,nodev'],
          ports: ['127.0.0.1:${SLIPWAY_PUBLISH:-8080}:8080'],
          environment: { SLIPWAY_ALLOW_DOWNGRADE: '${SLIPWAY_ALLOW_DOWNGRADE:-0}', SLIPWAY_STATE: '/var/lib/slipway', SLIPWAY_TOKENS: '/run/secrets/tokens', SLIPWAY_TRUST: key },
          secrets: ['tokens'],
          volumes: [`\${SLIPWAY_PUBLISHER_KEY:?path of the publisher’s public key, as received over another channel}:${key}:ro`, 'state:/var/lib/slipway'],
          cpus: processors,
          mem_reservation: `${memoryMib}m`,
          mem_limit: `${memoryLimitMib}m`,
          pids_limit: 256,
          restart: 'on-failure:5',
          stop_grace_period: '30s',
          logging: { driver: 'json-file', options: { 'max-file': '5', 'max-size': '50m' } },
        },
      },
      secrets: { tokens: { file: '${SLIPWAY_TOKENS_FILE:?path of a file with one bearer token a line, readable by user 65532}' } },
      volumes: { state: {} },
    },
    notes: {
      'services/model/image': 'Built by deploy/container/build.sh. By digest: a tag is another image tomorrow.',
      'services/model/ports': 'This machine only. Callers from elsewhere come through the front (haproxy-canary.cfg) or a proxy with TLS.',
      'services/model/environment': 'Only bundles that this publisher signed start, only callers with a token are answered, and none starts that is older than what was served, unless SLIPWAY_ALLOW_DOWNGRADE is 1: for a rollback, never for good.',
      'services/model/cpus': why.join('\n'),
      'services/model/stop_grace_period': 'The server finishes what is under way for up to 20 seconds after SIGTERM.',
    },
  }
}

export const planCompose: Planner = (facts) => (facts.targets.some(({ target }) => target === 'container') ? [yamlFile('deploy/container/compose.yaml', [
  `The model ${slugOf(facts.version.modelName)} on one machine: docker compose -f compose.yaml up -d (or podman-compose).`,
  'Three variables name what is yours: SLIPWAY_IMAGE, SLIPWAY_PUBLISHER_KEY and SLIPWAY_TOKENS_FILE; SLIPWAY_PUBLISH is the port.',
  'Roll back: set SLIPWAY_IMAGE to the digest before and SLIPWAY_ALLOW_DOWNGRADE to 1, and the same command again. That restarts the server: for a switch',
  'without a failed request run two of these (-p with two names and ports) behind haproxy-canary.cfg, or use bin/install.sh and bin/rollback.sh. docs/runbook.md says more.',
], [composeDocument(facts)])] : [])
