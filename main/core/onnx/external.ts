// External data of a model: where its tensors say their bytes are, and whether that place is allowed, present and large enough.
// Refuses every place outside the model's own folder without opening it, links, and ranges beyond the end of a file.
import { lstat, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { SlipwayError } from '../../../shared/errors.ts'
import { isReservedName, readFault, specialKind } from '../files/staged-copy.ts'
import type { ModelRecord } from './records.ts'
import type { TensorRecord } from './tensor.ts'

/** One weight file: its path below the model's folder as the graph names it, and every range that tensors ask for. */
export interface ExternalFile {
  readonly location: string
  readonly tensors: readonly TensorRecord[]
}

/** All tensors that keep their bytes elsewhere: initialisers, sparse parts, attribute tensors, in the graph and in every body and function. */
export function externalTensors(model: ModelRecord): readonly TensorRecord[] {
  const graphs = [model.graph, ...model.bodies]
  const dense = graphs.flatMap((g) => [...g.initializers, ...g.sparse.flatMap((s) => (s.indices === null ? [s.values] : [s.values, s.indices]))])
  return [...dense, ...model.attributeTensors].filter((t) => t.external !== null)
}

/** The parts of a location below the model's folder. Throws when it is absolute, climbs, or has a name that is not safe on every system. */
export function locationParts(file: string, location: string): readonly string[] {
  const outside = (): never => { throw new SlipwayError('model.externalDataOutside', { file, location }) }
  const invalid = (reason: string): never => { throw new SlipwayError('model.externalDataInvalid', { file, location, reason }) }
  const slashed = location.replaceAll('\\', '/')
  if (slashed.startsWith('/') || /^[a-z]:/i.test(slashed) || slashed.split('/').includes('..')) outside()
  if (location === '') invalid('the model names no file')
  if (location.includes('\\')) invalid('its name has a backslash, which means different things on different systems')
  if (/[\u0000-\u001f]/.test(location)) invalid('its name has control characters')
  const parts = slashed.split('/').filter((p) => p !== '' && p !== '.')
  if (parts.length === 0) invalid('the model names no file')
  if (parts.length > 32 || parts.some((p) => Buffer.byteLength(p) > 255)) invalid('its name is too long')
  if (parts.some((p) => isReservedName(p) || /[<>:"|?*]/.test(p) || /[. ]$/.test(p))) invalid('its name is not allowed on every system')
  return parts
}

/** Checks that every part of the way is a plain folder and the end a plain file, all inside `root`. Answers its size in bytes. */
async function plainFileSize(file: string, root: string, location: string, parts: readonly string[]): Promise<bigint> {
  let at = root
  let size = 0n
  for (const [i, part] of parts.entries()) {
    at = join(at, part)
    const stats = await lstat(at, { bigint: true }).catch((error: unknown) => {
      const fault = readFault(error, location)
      throw fault instanceof SlipwayError && fault.code === 'file.missing' ? new SlipwayError('model.externalDataMissing', { file, location }) : fault
    })
    if (stats.isSymbolicLink()) {
      const end = await realpath(at).catch(() => null)
      if (end === null || !end.startsWith(root.endsWith(sep) ? root : root + sep)) throw new SlipwayError('model.externalDataOutside', { file, location })
      throw new SlipwayError('model.externalDataInvalid', { file, location, reason: 'it is a link, and links are not followed' })
    }
    const special = i < parts.length - 1 ? (stats.isDirectory() ? null : 'not a folder') : specialKind(stats)
    if (special !== null) throw new SlipwayError('model.externalDataInvalid', { file, location, reason: `it is ${special}, not an ordinary file` })
    size = stats.size
  }
  return size
}

function checkRange(file: string, location: string, tensor: TensorRecord, size: number): void {
  const place = tensor.external
  if (place === null) return
  const invalid = (reason: string): never => { throw new SlipwayError('model.externalDataInvalid', { file, location, reason }) }
  if (place.length !== null && place.length !== tensor.bytes) invalid(`the tensor “${tensor.name}” needs ${tensor.bytes} bytes but asks for ${place.length}`)
  const end = place.offset + tensor.bytes
  if (!Number.isSafeInteger(end) || end > size) invalid(`the tensor “${tensor.name}” needs the bytes ${place.offset} to ${end}, but the file has ${size}`)
}

export interface CheckedExternal { readonly location: string; readonly inside: string; readonly path: string; readonly bytes: number }

/**
 * Checks all external data of a model against its folder and lists each file once.
 * All names are checked before any file is looked at. Throws one of the three `model.externalData…` errors.
 */
export async function checkExternal(model: ModelRecord, file: string, folder: string, modelName: string): Promise<readonly CheckedExternal[]> {
  const byInside = new Map<string, { location: string; parts: readonly string[]; tensors: TensorRecord[] }>()
  for (const tensor of externalTensors(model)) {
    const location = tensor.external?.location ?? ''
    const parts = locationParts(file, location)
    const inside = parts.join('/')
    const seen = byInside.get(inside)
    if (seen === undefined) byInside.set(inside, { location, parts, tensors: [tensor] })
    else seen.tensors.push(tensor)
  }
  checkClashes(file, [...byInside.keys()], modelName)
  if (byInside.size === 0) return []
  const root = await realpath(folder)
  const out: CheckedExternal[] = []
  for (const [inside, { location, parts, tensors }] of byInside) {
    const size = Number(await plainFileSize(file, root, location, parts))
    for (const tensor of tensors) checkRange(file, location, tensor, size)
    out.push({ location, inside, path: join(root, ...parts), bytes: size })
  }
  return out
}

/** Names that fall together on systems that ignore case would overwrite each other in staging. */
function checkClashes(file: string, insides: readonly string[], modelName: string): void {
  const seen = new Map([[modelName.normalize('NFC').toLowerCase(), modelName]])
  for (const inside of insides) {
    const key = inside.normalize('NFC').toLowerCase()
    const other = seen.get(key)
    if (other !== undefined) throw new SlipwayError('model.externalDataInvalid', { file, location: inside, reason: `its name falls together with “${other}”` })
    seen.set(key, inside)
  }
}
