// A CloudFormation template against the resource tables that AWS publishes (through @aws-cdk/aws-service-spec): unknown and missing properties,
// wrong types, references to nothing. Intrinsic functions are trusted for their type, as the service itself resolves them.
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec'
import type { Property, PropertyType, SpecDatabase } from '@aws-cdk/service-spec-types'

interface Template { readonly Parameters?: Record<string, unknown>; readonly Conditions?: Record<string, unknown>; readonly Resources: Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }>; readonly Outputs?: unknown }

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isFunction = (value: unknown): boolean => isObject(value) && Object.keys(value).length === 1 && /^(Ref|Condition|Fn::.*)$/.test(Object.keys(value)[0] ?? '')

function typeFaults(db: SpecDatabase, place: string, value: unknown, type: PropertyType): string[] {
  if (isFunction(value)) return []
  switch (type.type) {
    case 'string': return typeof value === 'string' ? [] : [`${place}: not a string`]
    case 'number': case 'integer': return typeof value === 'number' ? [] : [`${place}: not a number`]
    case 'boolean': return typeof value === 'boolean' ? [] : [`${place}: not a boolean`]
    case 'array': return Array.isArray(value) ? value.flatMap((item, i) => typeFaults(db, `${place}[${i}]`, item, type.element)) : [`${place}: not a list`]
    case 'map': return isObject(value) ? Object.entries(value).flatMap(([key, item]) => typeFaults(db, `${place}.${key}`, item, type.element)) : [`${place}: not a map`]
    case 'union': { const all = type.types.map((one) => typeFaults(db, place, value, one)); return all.find((faults) => faults.length === 0) ?? all[0] ?? [] }
    case 'ref': return isObject(value) ? propertyFaults(db, place, value, db.get('typeDefinition', type.reference).properties) : [`${place}: not an object`]
    default: return []
  }
}

function propertyFaults(db: SpecDatabase, place: string, object: Record<string, unknown>, properties: Readonly<Record<string, Property>>): string[] {
  return [
    ...Object.keys(object).filter((key) => !(key in properties)).map((key) => `${place}: there is no property ${key}`),
    ...Object.entries(properties).filter(([key, { required }]) => required === true && !(key in object)).map(([key]) => `${place}: ${key} is missing`),
    ...Object.entries(object).flatMap(([key, value]) => { const property = properties[key]; return property === undefined ? [] : typeFaults(db, `${place}.${key}`, value, property.type) }),
  ]
}

/** Names that Ref, Fn::GetAtt and Fn::If point to, and which exist nowhere. */
function danglingFaults(template: Template): string[] {
  const known = new Set([...Object.keys(template.Parameters ?? {}), ...Object.keys(template.Resources), ...Object.keys(template.Conditions ?? {})])
  const walk = (value: unknown): string[] => {
    if (Array.isArray(value)) return value.flatMap(walk)
    if (!isObject(value)) return []
    const names = [value['Ref'], (value['Fn::GetAtt'] as string[] | undefined)?.[0], (value['Fn::If'] as string[] | undefined)?.[0]].filter((name): name is string => typeof name === 'string' && !name.startsWith('AWS::'))
    return [...names.filter((name) => !known.has(name)).map((name) => `a reference to ${name}, which does not exist`), ...Object.values(value).flatMap(walk)]
  }
  return walk([template.Resources, template.Outputs])
}

let tables: SpecDatabase | undefined

/** What is wrong with a template, in words; empty where nothing is. */
export function cloudformationFaults(template: Template): string[] {
  const db = (tables ??= loadAwsServiceSpecSync())
  return [...danglingFaults(template), ...Object.entries(template.Resources).flatMap(([name, { Type, Properties = {} }]) => {
    const found = db.lookup('resource', 'cloudFormationType', 'equals', Type)
    return found.length === 0 ? [`${name}: there is no resource type ${Type}`] : propertyFaults(db, name, Properties, found[0]!.properties)
  })]
}
