// What may leave the workspace of data that is flagged as personal: names, types and counts, and no value.
import type { Column, Dataset } from './domain/dataset.ts'
import type { GateFact, GateFinding } from './domain/gate.ts'
import type { GateRule } from './domain/gate-rules.ts'

/** A column without anything that was read from its cells but how many they are. */
export const withoutValues = ({ name, type, typed, rows, missing, invalid }: Column): Column => ({
  name, type, ...(typed === undefined ? {} : { typed }), rows, missing, invalid, distinct: 0, min: null, max: null, mean: null, standardDeviation: null, top: [], histogram: null,
})

/** A data set as bundles and exports may see it: flagged columns have no values; where all of it is flagged there are no classes and findings either. */
export function withoutPersonal(dataset: Dataset): Dataset {
  const { personal } = dataset
  if (personal === undefined) return dataset
  return {
    ...dataset, columns: dataset.columns.map((c) => (personal.whole || personal.columns.includes(c.name) ? withoutValues(c) : c)),
    ...(personal.whole ? { classes: [], findings: [] } : {}),
  }
}

type Flags = NonNullable<Dataset['personal']>
const isFlagged = (flags: Flags, column: string): boolean => flags.whole || flags.columns.includes(column)

/** The words that stand for a value of a flagged column. */
const group = (number: number, column: string): string => `group ${number} of ${column}`

/** A rule without values of flagged columns. */
export function ruleWithoutPersonal(rule: GateRule, flags: Flags | undefined): GateRule {
  return flags !== undefined && rule.kind === 'fairness' && rule.reference !== undefined && isFlagged(flags, rule.column) ? { ...rule, reference: group(2, rule.column) } : rule
}

interface Said { readonly sentence: string; readonly values: GateFact['values'] }

const replaced = (sentence: string, pairs: readonly (readonly [string, string])[]): string => pairs.reduce((text, [from, to]) => text.split(from).join(to), sentence)

/** The weakest slice, `race = Other`. */
function sliceWithout(flags: Flags, { sentence, values }: Said): Said {
  const worst = values['worst']
  if (typeof worst !== 'string') return { sentence, values }
  const column = worst.split(' = ')[0] ?? ''
  return isFlagged(flags, column) ? { sentence: replaced(sentence, [[worst, group(1, column)]]), values: { ...values, worst: group(1, column) } } : { sentence, values }
}

/** The group that is furthest from the reference group, and that one. */
function groupsWithout(column: string, { sentence, values }: Said): Said {
  const [worst, reference] = [values['group'], values['reference']]
  if (typeof worst !== 'string' || typeof reference !== 'string') return { sentence, values }
  return {
    sentence: replaced(sentence, [[`where ${column} = ${worst} (`, `in ${group(1, column)} (`], [`where it is ${reference} (`, `in ${group(2, column)} (`]]),
    values: { ...values, group: group(1, column), reference: group(2, column) },
  }
}

/** A segment that is cut by a flagged column is told without its bounds. */
function segmentWithout(flags: Flags, said: Said): Said {
  const found = /: the first is where (.*), with (?=an accuracy of|a mean absolute error of)/.exec(said.sentence)
  if (found === null || !(flags.whole || flags.columns.some((c) => (found[1] ?? '').includes(`${c} is `)))) return said
  return { ...said, sentence: said.sentence.replace(found[0], () => ': the first is cut by columns with personal data and not told, with ') }
}

/** The newest time of a flagged column is one of its values. */
const timeWithout = (said: Said): Said => ({ sentence: said.sentence.replace(/ is of \d{4}-\d{2}-\d{2}, .*? before this check/, ' is withheld'), values: { ...said.values, newest: null } })

function saidWithout(rule: GateRule, flags: Flags, said: Said): Said {
  switch (rule.kind) {
    case 'slices': return sliceWithout(flags, said)
    case 'fairness': return isFlagged(flags, rule.column) ? groupsWithout(rule.column, said) : said
    case 'weak-segments': return segmentWithout(flags, said)
    case 'freshness': return rule.column !== undefined && isFlagged(flags, rule.column) ? timeWithout(said) : said
    default: return said
  }
}

/** A finding of a gate as bundles and review requests may tell it: groups of flagged columns have numbers instead of names. The verdict and the other numbers stay. */
export function findingWithoutPersonal(finding: GateFinding, flags: Flags | undefined): GateFinding {
  if (flags === undefined) return finding
  const [fact, ...others] = finding.facts ?? []
  const said = saidWithout(finding.rule, flags, { sentence: finding.sentence, values: fact?.values ?? {} })
  return { ...finding, rule: ruleWithoutPersonal(finding.rule, flags), sentence: said.sentence, ...(fact === undefined ? {} : { facts: [{ ...fact, values: said.values }, ...others] }) }
}
