// The bill of materials of the application itself, in CycloneDX 1.6: every shipped package, Electron and the native libraries.
// The same inputs give the same bytes: no time, no random serial number. Pure: files are written by licences.mjs.
import { createHash } from 'node:crypto'

const purl = (name, version) => `pkg:npm/${name.replace(/^@/, '%40')}@${version}`
const simple = /^[A-Za-z0-9.+-]+$/

/** npm's integrity in the words of the standard. */
function hashesOf(integrity) {
  const match = /^(sha512|sha256|sha1)-(.+)$/.exec(integrity ?? '')
  return match === null ? {} : { hashes: [{ alg: `SHA-${match[1].slice(3)}`, content: Buffer.from(match[2], 'base64').toString('hex') }] }
}

const addressOf = (repository) => repository?.replace(/^git\+/, '').replace(/^git:\/\//, 'https://').replace(/^github:/, 'https://github.com/').replace(/^ssh:\/\/git@/, 'https://') ?? null

function component(p) {
  const address = addressOf(p.repository)
  return {
    type: 'library', 'bom-ref': purl(p.name, p.version), name: p.name, version: p.version, purl: purl(p.name, p.version), ...hashesOf(p.integrity),
    licenses: [simple.test(p.licence) ? { license: { id: p.licence } } : { expression: p.licence }],
    ...(address !== null && address.startsWith('https://') ? { externalReferences: [{ type: 'vcs', url: address }] } : {}),
  }
}

/** `packages`: what shippedPackages answers; `electron`: the version of the runtime. */
export function billOfMaterials(application, packages, electron) {
  const self = `${purl(application.name, application.version)}`
  const runtime = { type: 'framework', 'bom-ref': purl('electron', electron), name: 'electron', version: electron, purl: purl('electron', electron), licenses: [{ license: { id: 'MIT' } }], description: 'With Chromium and Node.js inside; their licences are in LICENSES.chromium.html.' }
  const components = [runtime, ...packages.map(component)]
  const digest = createHash('sha256').update(components.map((c) => c['bom-ref']).join('\n')).digest('hex')
  const serial = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json', bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: `urn:uuid:${serial}`, version: 1,
    metadata: { component: { type: 'application', 'bom-ref': self, name: application.productName, version: application.version, description: application.description, purl: self, licenses: [{ license: { id: application.license } }] } },
    components,
    dependencies: [{ ref: self, dependsOn: components.map((c) => c['bom-ref']) }, ...components.map((c) => ({ ref: c['bom-ref'] }))],
  }
}
