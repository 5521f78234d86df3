// The signatures of a bundle, asked of the programs that others use: openssl, minisign, ssh-keygen, sha256sum, and the reference
// verifier of Sigstore for the provenance. Each takes the good bundle and refuses a tampered one.
import { bundleFromJSON } from '@sigstore/bundle'
import { toSignedEntity, Verifier } from '@sigstore/verify'
import { execFileSync, spawnSync } from 'node:child_process'
import { createPublicKey, sign } from 'node:crypto'
import { appendFileSync, chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportSmall, irisFacts, type SmallBundle } from '../setup/small-bundle.ts'

const folder = mkdtempSync(join(tmpdir(), 'slipway-signatures-'))
const good = join(folder, 'iris-1.2.3')
let small: SmallBundle
/** Handed over another channel: copies of the keys, not those inside. */
let keys = ''
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
beforeAll(async () => {
  small = await exportSmall(folder, 'good.zip', await irisFacts(folder))
  execFileSync('unzip', ['-q', small.archive, '-d', folder])
  keys = join(folder, 'received')
  cpSync(join(good, 'signatures'), keys, { recursive: true })
})

const run = (root: string, command: string, args: readonly string[], input?: Buffer): number | null => spawnSync(command, args, { cwd: root, ...(input === undefined ? {} : { input }), stdio: [input === undefined ? 'ignore' : 'pipe', 'ignore', 'ignore'] }).status
const sums = (root: string): Buffer => readFileSync(join(root, 'SHA256SUMS'))

const programs: Readonly<Record<string, (root: string) => boolean>> = {
  openssl: (root) => run(root, 'openssl', ['pkeyutl', '-verify', '-rawin', '-pubin', '-inkey', join(keys, 'publisher.pub.pem'), '-in', 'SHA256SUMS', '-sigfile', 'signatures/SHA256SUMS.sig']) === 0,
  minisign: (root) => run(root, 'minisign', ['-Vm', 'SHA256SUMS', '-x', 'signatures/SHA256SUMS.minisig', '-p', join(keys, 'publisher.minisign.pub')]) === 0,
  'ssh-keygen': (root) => run(root, 'ssh-keygen', ['-Y', 'verify', '-f', join(keys, 'allowed_signers'), '-I', `publisher@${small.key.keyId}`, '-n', 'mlbundle.v1', '-s', 'signatures/SHA256SUMS.sshsig'], sums(root)) === 0,
}

/** A copy of the bundle with a change. */
function changed(name: string, change: (root: string) => void): string {
  const root = join(folder, name)
  cpSync(good, root, { recursive: true })
  change(root)
  return root
}

describe.each(Object.keys(programs))('%s', (name) => {
  test('takes the good bundle, refuses a changed list of hashes, a changed signature and another key', () => {
    const verify = programs[name]!
    expect(verify(good)).toBe(true)
    expect(verify(changed(`${name}-sums`, (root) => { appendFileSync(join(root, 'SHA256SUMS'), `${'0'.repeat(64)}  more\n`) }))).toBe(false)
    for (const file of ['SHA256SUMS.sig', 'SHA256SUMS.minisig', 'SHA256SUMS.sshsig']) {
      const bad = changed(`${name}-${file}`, (root) => {
        const path = join(root, 'signatures', file)
        const bytes = readFileSync(path)
        const at = file.endsWith('.sig') ? 40 : file.endsWith('.minisig') ? bytes.indexOf('\n') + 60 : Math.floor(bytes.length * 0.8)
        bytes[at] = bytes[at] === 0x41 ? 0x42 : 0x41
        writeFileSync(path, bytes)
      })
      const own = { 'SHA256SUMS.sig': 'openssl', 'SHA256SUMS.minisig': 'minisign', 'SHA256SUMS.sshsig': 'ssh-keygen' }[file]
      expect(verify(bad), file).toBe(own !== name)
    }
  })
})

test('sha256sum takes every file and refuses a changed one', () => {
  expect(run(good, 'sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'])).toBe(0)
  expect(run(changed('hash', (root) => { appendFileSync(join(root, 'README.md'), 'x') }), 'sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'])).toBe(1)
})

describe('provenance', () => {
  const text = (): string => readFileSync(join(good, 'signatures/provenance.sigstore.json'), 'utf8')
  const key = (): ReturnType<typeof createPublicKey> => createPublicKey(readFileSync(join(keys, 'publisher.pub.pem'), 'utf8'))
  const verify = (json: string): void => {
    const verifier = new Verifier({ certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [], publicKey: () => ({ publicKey: key(), validFor: () => true }) }, { tlogThreshold: 0, ctlogThreshold: 0, tsaThreshold: 0 } as never)
    verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(json))))
  }

  test('Sigstore’s verifier takes it, and refuses another statement or another key’s signature', () => {
    expect(() => { verify(text()) }).not.toThrow()
    const bundle = JSON.parse(text()) as { dsseEnvelope: { payload: string; signatures: { sig: string }[] } }
    const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString('utf8')) as { subject: { name: string; digest: { sha256: string } }[] }
    expect(statement.subject.map((s) => [s.name, s.digest.sha256])).toEqual([
      ['SHA256SUMS', execFileSync('sha256sum', ['SHA256SUMS'], { cwd: good, encoding: 'utf8' }).slice(0, 64)],
      ['model/repository/iris/3/model.onnx', execFileSync('sha256sum', ['model/repository/iris/3/model.onnx'], { cwd: good, encoding: 'utf8' }).slice(0, 64)],
    ])
    const other = structuredClone(bundle)
    other.dsseEnvelope.payload = Buffer.from(JSON.stringify({ ...statement, subject: [{ name: 'SHA256SUMS', digest: { sha256: '0'.repeat(64) } }] })).toString('base64')
    expect(() => { verify(JSON.stringify(other)) }).toThrow()
    const unsigned = structuredClone(bundle)
    unsigned.dsseEnvelope.signatures[0]!.sig = sign(null, Buffer.from('something else'), small.key.privateKey).toString('base64')
    expect(() => { verify(JSON.stringify(unsigned)) }).toThrow()
  })
})

describe('bin/verify.sh with the tools that a host has', () => {
  const basics = ['sh', 'sha256sum', 'base64', 'od', 'find', 'sort', 'sed', 'uniq', 'cmp', 'cut', 'tr', 'dirname', 'cat']
  /** A folder of programs to find: the basics and these. */
  function host(...tools: string[]): string {
    const place = join(folder, `host-${tools.join('-')}`)
    mkdirSync(place, { recursive: true })
    for (const tool of [...basics, ...tools]) {
      const found = (process.env['PATH'] ?? '').split(delimiter).map((at) => join(at, tool)).find((path) => spawnSync('test', ['-x', path]).status === 0)
      expect(found, tool).toBeDefined()
      symlinkSync(found!, join(place, tool))
    }
    return place
  }
  const script = (root: string, path: string, ...args: string[]): { status: number | null; out: string } => {
    const ended = spawnSync('sh', [join(root, 'bin/verify.sh'), ...args], { cwd: tmpdir(), env: { PATH: path }, encoding: 'utf8' })
    return { status: ended.status, out: ended.stdout + ended.stderr }
  }

  test.each(['openssl', 'minisign', 'ssh-keygen'])('%s alone: trusted, unknown, tampered, another key', (tool) => {
    const path = host(tool)
    const key = join(keys, 'publisher.pub.pem')
    expect(script(good, path, key)).toEqual({ status: 0, out: `TRUSTED: signature and all hashes agree (asked ${tool})\n` })
    expect(script(good, path)).toMatchObject({ status: 3 })
    // Consistent in itself but for the signature: only the tool can tell.
    const forged = changed(`forged-${tool}`, (root) => {
      appendFileSync(join(root, 'README.md'), 'x')
      const hash = execFileSync('sha256sum', ['README.md'], { cwd: root, encoding: 'utf8' }).slice(0, 64)
      writeFileSync(join(root, 'SHA256SUMS'), readFileSync(join(root, 'SHA256SUMS'), 'utf8').replace(/^[0-9a-f]{64} {2}README\.md$/m, `${hash}  README.md`))
    })
    for (const args of [[key], []]) expect(script(forged, path, ...args)).toEqual({ status: 1, out: `TAMPERED: the signature of SHA256SUMS is not the publisher's (asked ${tool})\n` })
    const other = join(folder, 'other.pem')
    execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', `${other}.key`])
    execFileSync('openssl', ['pkey', '-in', `${other}.key`, '-pubout', '-out', other])
    expect(script(good, path, other)).toMatchObject({ status: 1 })
    expect(script(good, path, `${other}.key`)).toMatchObject({ status: 2 })
  })

  test('none of the three, or an OpenSSL of before 3: says so, and does not say trusted', () => {
    const old = host()
    writeFileSync(join(old, 'openssl'), '#!/bin/sh\necho "OpenSSL 1.1.1w  11 Sep 2023"\n')
    chmodSync(join(old, 'openssl'), 0o755)
    expect(script(good, old, join(keys, 'publisher.pub.pem'))).toEqual({ status: 2, out: 'NOT CHECKED: this needs OpenSSL 3 or newer, minisign or ssh-keygen\n' })
  })
})
