// The container of a bundle: two Containerfiles (an operator's base image by digest, or nothing but Debian's libraries), and the scripts that build them.
// Refuses to name an image of its own choice, a tag, or the root digest: that one covers these very files, so the build passes it in.
import { slugOf } from '../../../../shared/slug.ts'
import type { BundleFacts } from '../facts.ts'
import type { Planned, Planner } from '../planned.ts'

/** The user of the image: no name, no home, no shell, and the same number that hardened base images use for “nonroot”. */
export const containerUser = 65_532

/** What both Containerfiles share, after the base. */
const body = (facts: BundleFacts): string => `
# Passed by build.sh: the SHA-256 of SHA256SUMS. It ties the image to the very bundle that was verified.
ARG ROOT_DIGEST
# SageMaker wants root: build.sh --as-root passes 0:0. Everywhere else nobody needs more than this.
ARG RUN_AS=${containerUser}:${containerUser}

LABEL org.opencontainers.image.title="${slugOf(facts.version.modelName)}" \\
      org.opencontainers.image.version="${facts.semver}" \\
      slipway.serial="${facts.serial}" \\
      slipway.root-digest="\${ROOT_DIGEST}"

# The whole bundle, owned by root and not writable by the server: it verifies every file of it at each start.
COPY bundle/ /srv/bundle/
# An empty folder of the server's own, for a volume to be mounted at: what it remembers between starts (SLIPWAY_STATE).
COPY --chown=\${RUN_AS} state/ /var/lib/slipway/

# Beyond loopback the server starts only with tokens (SLIPWAY_TOKENS=/path) or the explicit SLIPWAY_INSECURE_NO_AUTH=1; neither is decided here.
ENV NODE_ENV=production \\
    SLIPWAY_HOST=0.0.0.0 \\
    SLIPWAY_PORT=8080

WORKDIR /srv/bundle
USER \${RUN_AS}
EXPOSE 8080
STOPSIGNAL SIGTERM
# Exec form: the server is process 1 and drains on SIGTERM itself. No HEALTHCHECK: probe /v2/health/ready from outside, as callers reach it.
ENTRYPOINT ["node", "/srv/bundle/server/server.cjs"]
`

const containerfile = (facts: BundleFacts): string => `# The server of this bundle on a base image of yours that has Node 22 (20 is tolerated) as \`node\` on its PATH and glibc.
# Build it with: sh deploy/container/build.sh --base REGISTRY/NODE-IMAGE@sha256:DIGEST
# By digest, never by tag: a tag is another image tomorrow.
ARG BASE_IMAGE
FROM \${BASE_IMAGE}
${body(facts)}`

const scratchContainerfile = (facts: BundleFacts): string => `# The server of this bundle on nothing but the libraries that Node needs: no shell, no package manager, about 170 MB.
# Build it with: sh deploy/container/build.sh --scratch
# root.tar is made by base-image.sh from Debian packages, node is the program of the machine that builds.
FROM scratch
ADD root.tar /
COPY node /usr/local/bin/node
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
${body(facts)}`

const baseImageScript = `#!/bin/sh
# Makes the root of the scratch image from Debian packages, without a registry: sh base-image.sh ROOT.tar
# The same packages give the same bytes. SUITE and MIRROR choose others; name a day of snapshot.debian.org as MIRROR
# to get the very same root later too: MIRROR=http://snapshot.debian.org/archive/debian/20260101T000000Z
set -eu
target=\${1:?usage: sh base-image.sh ROOT.tar}
suite=\${SUITE:-bookworm}
mirror=\${MIRROR:-http://deb.debian.org/debian}
command -v mmdebstrap >/dev/null 2>&1 || { echo "base-image.sh needs mmdebstrap (apt-get install mmdebstrap)" >&2; exit 3; }
# Only unpacked, never configured: no package's script runs, and nothing in it depends on this machine or this minute.
SOURCE_DATE_EPOCH=0
export SOURCE_DATE_EPOCH
mmdebstrap --quiet --variant=extract --format=tar \\
  --include=base-files,base-passwd,libc6,libgcc-s1,libstdc++6,netbase,tzdata \\
  "$suite" "$target" "deb $mirror $suite main"
sha256sum "$target"
`

/** Its usage, and the name of the image when nobody gives one. */
const buildHead = (slug: string, semver: string): string => `#!/bin/sh
# Builds the container image of this bundle with buildah, podman or docker.
#
#   sh deploy/container/build.sh --base IMAGE@sha256:DIGEST [--trust KEY] [--tag NAME] [--as-root]
#   sh deploy/container/build.sh --scratch [--root ROOT.tar] [--trust KEY] [--tag NAME] [--as-root]
#
#   --base IMAGE   your base image with Node, by digest
#   --scratch      no base image: Debian's libraries (base-image.sh) and this machine's Node
#   --root FILE    a root that base-image.sh made before; without it, it is made now
#   --trust KEY    the publisher's public key: only what that key signed is built
#   --tag NAME     name of the image; default ${slug}:${semver}
#   --as-root      SageMaker's variant, which must run as root
#
# SLIPWAY_BUILDER names the program, SLIPWAY_BUILD_OPTIONS adds options to it. With buildah and podman two builds of the same
# bundle on the same base are the same image, id included. Prints the id. Exit: 0 built, 1 tampered, 2 wrong options, 3 something is missing here.
set -eu
name=${slug}:${semver}
`

const buildSteps = `LC_ALL=C
export LC_ALL
fail() { code=$1; shift; echo "not built: $*" >&2; exit "$code"; }
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
bundle=$(CDPATH= cd -- "$here/../.." && pwd)
base= scratch= root= trust= tag=$name user=${containerUser}:${containerUser}
while [ $# -gt 0 ]; do
  case $1 in
    --scratch) scratch=1; shift; continue ;;
    --as-root) user=0:0; shift; continue ;;
    --base | --root | --trust | --tag) [ $# -ge 2 ] || fail 2 "$1 needs a value" ;;
    *) fail 2 "there is no option $1; the head of this script lists them" ;;
  esac
  case $1 in --base) base=$2 ;; --root) root=$2 ;; --trust) trust=$2 ;; --tag) tag=$2 ;; esac
  shift 2
done
[ -n "$base$scratch" ] || fail 2 "say --base IMAGE@sha256:DIGEST or --scratch"
[ -z "$base" ] || [ -z "$scratch" ] || fail 2 "--base and --scratch exclude each other"
case $base in "" | *@sha256:????????????????????????????????????????????????????????????????) ;; *) fail 2 "--base must name the image by digest (IMAGE@sha256:...), because a tag is another image tomorrow" ;; esac
builder=\${SLIPWAY_BUILDER:-}
for candidate in buildah podman docker; do
  [ -n "$builder" ] || ! command -v "$candidate" >/dev/null 2>&1 || builder=$candidate
done
[ -n "$builder" ] || fail 3 "this needs buildah, podman or docker"

# Before anything else: an image of a changed bundle would be as wrong as the bundle. 3 is "intact, but no key was given".
status=0
sh "$bundle/bin/verify.sh" "$trust" || status=$?
[ "$status" -eq 0 ] || { [ "$status" -eq 3 ] && [ -z "$trust" ]; } || exit "$status"
digest=$(sha256sum "$bundle/SHA256SUMS" | cut -c 1-64)

# The bundle must not grow a file, so the context is a copy; its modes do not depend on how it was unpacked.
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
trap 'exit 130' INT TERM
mkdir "$context/state" "$context/bundle"
cp -R "$bundle/." "$context/bundle/"
file=$here/Containerfile
if [ -n "$scratch" ]; then
  file=$here/Containerfile.scratch
  if [ -n "$root" ]; then cp "$root" "$context/root.tar"; else sh "$here/base-image.sh" "$context/root.tar" >&2; fi
  node=$(command -v node) || fail 3 "--scratch takes the node program of this machine, and there is none"
  cp -L "$node" "$context/node"
  chmod 755 "$context/node"
fi
chmod -R u=rwX,go=rX "$context"

set -- --file "$file" --tag "$tag" --build-arg "ROOT_DIGEST=$digest" --build-arg "RUN_AS=$user"
[ -z "$base" ] || set -- "$@" --build-arg "BASE_IMAGE=$base"
case $builder in
  *docker) ;; # its images carry the time of the build: the content is the same, the id is not
  *) set -- --timestamp 0 "$@" ;;
esac
case $builder in *buildah) verb=bud ;; *) verb=build ;; esac
# shellcheck disable=SC2086 # several options are meant to become several words
"$builder" $verb \${SLIPWAY_BUILD_OPTIONS:-} "$@" "$context" >&2
"$builder" images --no-trunc --quiet "$tag"
`

/** The image, for the targets that run one. */
export const planContainer: Planner = (facts): readonly Planned[] => {
  if (!facts.targets.some(({ target }) => ['container', 'kubernetes', 'sagemaker'].includes(target))) return []
  const file = (name: string, text: string, executable = false): Planned => ({ path: `deploy/container/${name}`, role: 'deploy', mediaType: executable ? 'text/x-shellscript' : 'text/plain', text, executable })
  return [
    file('Containerfile', containerfile(facts)),
    file('Containerfile.scratch', scratchContainerfile(facts)),
    file('base-image.sh', baseImageScript, true),
    file('build.sh', buildHead(slugOf(facts.version.modelName), facts.semver) + buildSteps, true),
  ]
}
