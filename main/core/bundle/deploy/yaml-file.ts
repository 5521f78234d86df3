// YAML files of a bundle: one way of writing them, with comments that say why. Refuses a comment on a key that is not there.
// Texts that an older YAML reader takes for something else (yes, on, 1e3, 08) are quoted: kubectl and Go's reader are of that kind.
import { Document, isMap, isScalar, type ParsedNode } from 'yaml'
import type { Planned } from '../planned.ts'
import { yaml } from '../planned.ts'

export interface YamlDocument {
  readonly object: unknown
  /** A comment before a key or an item: its place, joined by slashes (`spec/replicas`, `spec/ports/0`), to the text; a line break starts a line. */
  readonly notes?: Readonly<Record<string, string>>
}

const commented = (text: string): string => text.split('\n').map((line) => ` ${line}`).join('\n')

function note(document: Document, place: string, text: string): void {
  const steps = place.split('/')
  const last = steps.pop() ?? ''
  const parent: unknown = steps.length === 0 ? document.contents : document.getIn(steps.map((s) => (/^\d+$/.test(s) ? Number(s) : s)), true)
  const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === last) : undefined
  const target = pair !== undefined && isScalar(pair.key) ? pair.key : isMap(parent) ? undefined : document.getIn([...steps, Number(last)], true) as ParsedNode | undefined
  if (target == null) throw new Error(`no place for a comment: ${place}`)
  target.commentBefore = commented(text)
}

/** YAML inside YAML: the text of a patch, readable as the rest of the file. */
export const yamlPatch = (object: unknown): string => new Document(object, { compat: 'yaml-1.1', aliasDuplicateObjects: false }).toString({ lineWidth: 0 })

/** The text of one YAML file; several documents are divided by `---`. */
export function yamlText(header: readonly string[], documents: readonly YamlDocument[]): string {
  const written = documents.map(({ object, notes = {} }) => {
    const document = new Document(object, { compat: 'yaml-1.1', aliasDuplicateObjects: false })
    for (const [place, text] of Object.entries(notes)) note(document, place, text)
    return document.toString({ lineWidth: 0, minContentWidth: 0, nullStr: 'null', flowCollectionPadding: false })
  })
  return `${header.map((line) => (line === '' ? '#' : `# ${line}`)).join('\n')}\n${written.join('---\n')}`
}

/** One deploy file. Numbers of lines never depend on the machine: no wrapping. */
export const yamlFile = (path: string, header: readonly string[], documents: readonly YamlDocument[]): Planned => ({ path, role: 'deploy', mediaType: yaml, text: yamlText(header, documents) })
