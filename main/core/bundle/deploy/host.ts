// One machine without containers: the scripts that install, canary and roll back, the systemd units, and the HAProxy in front of the slots.
// Refuses to hold an address, a user or a secret of anybody's machine: those are variables of files that the operator owns.
import { slugOf } from '../../../../shared/slug.ts'
import type { BundleFacts } from '../facts.ts'
import type { Planned, Planner } from '../planned.ts'
import { resourcesOf } from './resources.ts'

const script = (what: string, verb: string): string => `#!/bin/sh
# ${what}
# One host, behind the HAProxy of deploy/container/haproxy-canary.cfg; --help says more.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
command -v node >/dev/null 2>&1 || { echo "Node 20 or newer is needed." >&2; exit 3; }
exec node "$here/release.mjs" ${verb} "$@"
`

/** What the server may do on the machine: nothing but serve. */
const hardening = `# Only HAProxy on this machine talks to it. For Prometheus on another host scrape through the front, or allow that host here.
IPAddressDeny=any
IPAddressAllow=localhost
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX

NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProcSubset=pid
RemoveIPC=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
KeyringMode=private
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
# MemoryDenyWriteExecute stays off: Node compiles JavaScript to memory that it then runs.

[Install]
WantedBy=multi-user.target
`

const modelUnit = (facts: BundleFacts, name: string): string => {
  const { why, memoryMib, memoryLimitMib, processors, startSeconds } = resourcesOf(facts)
  return `# The bundle's server in one slot of /opt/slipway/${name}, made by bin/install.sh. Install this file once as a template:
#   install -m 644 deploy/container/model.service /etc/systemd/system/slipway-${name}@.service && systemctl daemon-reload
# bin/install.sh, bin/canary.sh and bin/rollback.sh start and stop slipway-${name}@a, @b (in turns) and @c (canary).
# For a start at boot: systemctl enable the instance that bin/install.sh said, here or by your own configuration.
[Unit]
Description=Model ${name}, slot %i
After=network.target
# Five failures in ten minutes are no accident: stay down, and let the alert for an absent server speak.
StartLimitIntervalSec=600
StartLimitBurst=5

[Service]
Type=exec
# Yours: tokens, certificates, log level (bin/run.sh --help lists the variables). Then the slot's own port and options.
EnvironmentFile=/opt/slipway/${name}/server.env
EnvironmentFile=/opt/slipway/${name}/slots/%i.env
# The serial number last served, so that nobody starts an older bundle without saying so.
StateDirectory=slipway-${name}
Environment=SLIPWAY_STATE=%S/slipway-${name} NODE_ENV=production
WorkingDirectory=/
ExecStart=/usr/bin/node /opt/slipway/${name}/slots/%i/server/server.cjs $SLIPWAY_OPTIONS
# The server drains for up to 20 seconds on SIGTERM.
KillMode=mixed
TimeoutStartSec=${startSeconds}
TimeoutStopSec=30
Restart=on-failure
RestartSec=2
# Tampered, wrong options, another answer than the model's, older than what was served: starting again changes none of that.
RestartPreventExitStatus=1 2 4 5

# One user for all slots, made and removed by systemd: the state folder must belong to each of them.
DynamicUser=yes
User=slipway-${name}
UMask=0077

${why.map((line) => `# ${line}`).join('\n')}
# Above MemoryHigh the kernel reclaims and slows down, at MemoryMax it ends the server.
MemoryHigh=${memoryMib}M
MemoryMax=${memoryLimitMib}M
CPUQuota=${processors * 100}%
TasksMax=256

${hardening}`
}

const frontUnit = (name: string): string => `# The HAProxy in front of the slots. Install it once, unless an HAProxy of yours reads haproxy-canary.cfg already:
#   install -m 644 deploy/container/front.service /etc/systemd/system/slipway-${name}-front.service && systemctl daemon-reload && systemctl enable --now slipway-${name}-front
[Unit]
Description=Front of the model ${name}
After=network.target

[Service]
Type=notify
# Addresses, ports and the runtime socket; bin/install.sh writes the defaults, the operator owns the file.
EnvironmentFile=/opt/slipway/${name}/front.env
ExecStartPre=/usr/sbin/haproxy -c -q -f /opt/slipway/${name}/haproxy.cfg
ExecStart=/usr/sbin/haproxy -Ws -f /opt/slipway/${name}/haproxy.cfg
ExecReload=/usr/sbin/haproxy -c -q -f /opt/slipway/${name}/haproxy.cfg
ExecReload=/bin/kill -USR2 $MAINPID
KillMode=mixed
Restart=always
SuccessExitStatus=143
# The runtime socket lies in the model's folder, and whoever may write to it moves the traffic: root alone.
ProtectSystem=strict
ReadWritePaths=/opt/slipway/${name}
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
NoNewPrivileges=yes
CapabilityBoundingSet=CAP_NET_BIND_SERVICE

[Install]
WantedBy=multi-user.target
`

const frontHead = (name: string): string => `# HAProxy 2.4 or newer in front of the model ${name}: two slots that take turns, and a canary that gets a share of the callers.
# Check it with: haproxy -c -f haproxy-canary.cfg. Nothing in it is changed by a release: what changes goes through the runtime socket.
# Share of the canary by hand (bin/canary.sh does it with a line of history):
#   echo "experimental-mode on; set var proc.canary_percent int(25)" | socat stdio UNIX-CONNECT:$SLIPWAY_SOCKET
# It begins at 0, because at its start HAProxy takes every server for up, also a canary that does not run. So after a reload set the share again.

global
    # Each may be set in the environment instead (front.env).
    presetenv SLIPWAY_LISTEN 127.0.0.1:8080
    presetenv SLIPWAY_SOCKET /opt/slipway/${name}/front.sock
    presetenv SLIPWAY_PORT_A 18081
    presetenv SLIPWAY_PORT_B 18082
    presetenv SLIPWAY_PORT_C 18083
    presetenv SLIPWAY_CANARY_PERCENT 0
    set-var proc.canary_percent int("\${SLIPWAY_CANARY_PERCENT}")
    stats socket "\${SLIPWAY_SOCKET}" mode 600 level admin
    stats timeout 30s
    log stdout format raw local0 notice
`

const frontDefaults = (connections: number): string => `
defaults
    mode http
    log global
    timeout connect 2s
    timeout client 75s
    # Above the server's own limit of 30 seconds for one request, so that its answer and not ours is what the caller reads.
    timeout server 40s
    timeout queue 5s
    # A machine that is busy for a moment answers late; only a server that does not answer for long is down, since there is no other to ask.
    timeout check 5s
    timeout http-request 10s
    timeout http-keep-alive 30s
    option forwardfor
    # A request that met a server in the moment of its end is asked once more elsewhere. Predictions change nothing, so asking twice is safe.
    retries 3
    option redispatch 1
    retry-on conn-failure empty-response
    # What the front itself has to say is said as the protocol says it.
    http-error status 502 content-type application/json string '{"error":"the server ended during this request; ask again"}'
    http-error status 503 content-type application/json string '{"error":"no server is ready; ask again"}'
    http-error status 504 content-type application/json string '{"error":"the server did not answer in time"}'
    option httpchk
    http-check send meth GET uri /v2/health/ready ver HTTP/1.1 hdr Host slipway
    http-check expect status 200
    default-server check inter 2s fastinter 500ms rise 2 fall 3 maxconn ${connections}
`

const frontArms = `
frontend predictions
    # With TLS: bind "\${SLIPWAY_LISTEN}" ssl crt /etc/haproxy/certs/model.pem alpn h2,http/1.1
    bind "\${SLIPWAY_LISTEN}"
    # A caller stays in one arm: the bucket from 0 to 99 is a hash of who is served (X-Unit-Id), and a larger share only ever adds buckets.
    # Without the header every request is dealt anew. Callers cannot choose: to a server this header names its own arms (--with), not ours.
    http-request del-header X-Slipway-Arm
    http-request set-var(txn.canary) var(proc.canary_percent)
    http-request set-var(txn.bucket) rand(100)
    http-request set-var(txn.bucket) req.hdr(X-Unit-Id),xxh32(0),mod(100) if { req.hdr(X-Unit-Id) -m found }
    use_backend canary if { var(txn.bucket),sub(txn.canary) -m int lt 0 } { nbsrv(canary) gt 0 }
    default_backend stable

# The answer says which arm gave it.
backend stable
    http-response set-header X-Slipway-Arm stable
    server a "127.0.0.1:\${SLIPWAY_PORT_A}"
    server b "127.0.0.1:\${SLIPWAY_PORT_B}"

backend canary
    http-response set-header X-Slipway-Arm canary
    server c "127.0.0.1:\${SLIPWAY_PORT_C}"
`

/** For bundles whose own server runs on a host, with or without containers. */
export const planHost: Planner = (facts): readonly Planned[] => {
  if (!facts.targets.some(({ target }) => target === 'server' || target === 'container')) return []
  const name = slugOf(facts.version.modelName)
  const tool = (path: string, text: string): Planned => ({ path, role: 'tool', mediaType: 'text/x-shellscript', executable: true, text })
  const file = (path: string, text: string): Planned => ({ path: `deploy/container/${path}`, role: 'deploy', mediaType: 'text/plain', text })
  return [
    tool('bin/install.sh', script('Verifies this bundle and gives it the traffic of this host: sh bin/install.sh --trust KEY --why TEXT [--canary PERCENT]', 'install')),
    tool('bin/canary.sh', script('Changes the share of a canary, or makes it what everybody gets: sh bin/canary.sh PERCENT|promote --why TEXT', 'canary')),
    tool('bin/rollback.sh', script('Takes the last change back, without a failed request: sh bin/rollback.sh --why TEXT', 'rollback')),
    file('model.service', modelUnit(facts, name)),
    file('front.service', frontUnit(name)),
    file('haproxy-canary.cfg', frontHead(name) + frontDefaults(64 * resourcesOf(facts).processors) + frontArms),
  ]
}
