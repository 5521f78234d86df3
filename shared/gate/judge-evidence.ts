// Judges the data behind the numbers, the papers and the people: rows, age, quality, documents, approvals. Owns no facts.
import type { GateFact } from '../domain/gate.ts'
import type { RuleOf } from '../domain/gate-rules.ts'
import { formatCount, formatPlural } from '../format.ts'
import { numbersApart } from '../metrics/metric-text.ts'
import { leftOutCount } from '../row-words.ts'
import type { MoreFacts, RunFacts } from './facts.ts'
import { judged, nothingGathered, open, percent, sharesApart, type Judged } from './finding.ts'

export function judgeRows(rule: RuleOf<'rows'>, facts: RunFacts): Judged {
  let rows = facts.rows
  if (rule.data !== undefined) {
    if (facts.more === undefined) return nothingGathered(rule)
    const other = facts.more.onData[rule.data] ?? null
    if (other === null) return open(rule, rule.atLeast, `This version has no finished run on a data set named “${rule.data}”, so the rule is not established.`, { needs: { what: 'evaluate', data: rule.data } })
    rows = other.rows
  }
  const scored = rows?.scored ?? null
  if (scored === null) return open(rule, rule.atLeast, 'The run kept no account of its rows, so their number is not established.')
  const on = rule.data === undefined ? '' : ` of ${rule.data}`
  return judged(rule, scored >= rule.atLeast, scored, rule.atLeast, `${formatPlural(scored, 'row was', 'rows were')} scored${on}; the gate asks for at least ${formatCount(rule.atLeast)}.`)
}

export function judgeLeftOut(rule: RuleOf<'left-out'>, facts: RunFacts): Judged {
  if (facts.rows === null) return open(rule, rule.atMostShare, 'The run kept no account of its rows, so the share left out is not established.')
  const { read } = facts.rows
  if (read === 0) return open(rule, rule.atMostShare, 'No rows were read, so the share left out is not established.')
  const out = leftOutCount(facts.rows)
  const share = out / read
  const [value, limit] = numbersApart(share * 100, rule.atMostShare * 100).map(percent)
  return judged(rule, share <= rule.atMostShare, share, rule.atMostShare, `${formatCount(out)} of ${formatPlural(read, 'row')} ${out === 1 ? 'was' : 'were'} left out, ${value} %; the gate allows at most ${limit} %.`)
}

const day = 86_400_000
const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10)

export function judgeFreshness(rule: RuleOf<'freshness'>, facts: RunFacts): Judged {
  const { more } = facts
  if (more === undefined) return nothingGathered(rule)
  const { dataset } = more
  const said = (newest: number, what: string, fact: GateFact): Judged => {
    const days = (more.now - newest) / day
    return judged(rule, days <= rule.atMostDays, days, rule.atMostDays, `${what} is of ${dayText(newest)}, ${formatPlural(Math.max(0, Math.floor(days)), 'day')} before this check; the gate allows at most ${formatPlural(rule.atMostDays, 'day')}.`, [fact])
  }
  if (rule.column === undefined) {
    if (dataset.fileAt === null) return open(rule, rule.atMostDays, `The date of the file of ${dataset.name} is not known: it is a copy, or gone, or was written again after it was added. A column of times (column) can be judged instead.`)
    return said(dataset.fileAt, `The file of ${dataset.name}`, { fact: 'data-set', id: dataset.id, at: dataset.addedAt, values: { fileAt: dataset.fileAt } })
  }
  const column = dataset.columns.find((c) => c.name === rule.column)
  if (column === undefined) return open(rule, rule.atMostDays, `${dataset.name} has no column “${rule.column}”, so the rule is not established.`)
  if (column.type !== 'timestamp') return open(rule, rule.atMostDays, `The column “${rule.column}” of ${dataset.name} holds no points in time, so the rule is not established.`)
  const kept = more.newestTimes.find((k) => k.report.column === rule.column)
  if (kept === undefined) return open(rule, rule.atMostDays, `The newest time in “${rule.column}” has not been looked up yet, so the rule is not established.`, { needs: { what: 'newest-time', column: rule.column } })
  const { newest, rows } = kept.report
  if (newest === null) return open(rule, rule.atMostDays, `No value of “${rule.column}” is a point in time, so the rule is not established.`)
  return said(newest, `The newest of ${formatPlural(rows, 'row')} by ${rule.column}`, { fact: 'newest-time', id: kept.id, at: kept.at, values: { column: rule.column, newest, rows } })
}

const findingWords = {
  'unreadable-pictures': 'pictures that cannot be read', 'tiny-pictures': 'tiny pictures', 'class-imbalance': 'rare classes', 'boxes-outside': 'boxes that reach outside their picture', 'empty-annotations': 'pictures without a box',
  'duplicate-rows': 'repeated rows', 'contradicting-answers': 'contradicting answers', leakage: 'rows that the model was trained on', 'constant-column': 'columns with one value only',
  'mixed-types': 'cells of another kind than their column', 'unseen-category': 'categories that the training file has not', 'out-of-range': 'numbers beyond those of the training file',
} as const
const needsTraining: ReadonlySet<string> = new Set(['leakage', 'unseen-category', 'out-of-range'])

export function judgeQuality(rule: RuleOf<'data-quality'>, facts: RunFacts): Judged {
  if (facts.more === undefined) return nothingGathered(rule)
  const wanted = rule.training ?? null
  if (wanted === null && needsTraining.has(rule.finding)) return open(rule, rule.atMostShare, `Whether there are ${findingWords[rule.finding]} shows only beside the training file, so the rule has to name it (training).`)
  const kept = facts.more.quality.find((k) => (wanted === null ? !needsTraining.has(rule.finding) : k.report.trainingName === wanted))
  if (kept === undefined) return open(rule, rule.atMostShare, `The rows have not been looked through${wanted === null ? '' : ` beside “${wanted}”`} yet, so the rule is not established.`, { needs: { what: 'quality', training: wanted } })
  const found = kept.report.findings.filter((f) => f.kind === rule.finding)
  // Findings of one kind are column by column and may concern the same rows: the largest one counts.
  const worst = found.reduce<(typeof found)[number] | null>((a, b) => (a === null || b.rows > a.rows ? b : a), null)
  const rows = worst?.rows ?? 0
  const share = kept.report.rows === 0 ? 0 : rows / kept.report.rows
  const [text, limit] = sharesApart(share, rule.atMostShare)
  const beside = wanted === null ? '' : ` beside ${wanted}`
  const words = findingWords[rule.finding]
  const said = worst === null ? `No ${words} in ${formatPlural(kept.report.rows, 'scored row')}${beside}` : `${words.charAt(0).toUpperCase()}${words.slice(1)}${worst.column === null ? '' : ` in ${worst.column}`}${beside}: ${formatCount(rows)} of ${formatPlural(kept.report.rows, 'scored row')} ${rows === 1 ? 'is' : 'are'} concerned (${text})`
  return judged(rule, share <= rule.atMostShare, share, rule.atMostShare, `${said}; the gate allows ${rule.atMostShare === 0 ? 'none' : `at most ${limit}`}.`, [{ fact: 'quality', id: kept.id, at: kept.at, values: { rows: kept.report.rows, concerned: rows, column: worst?.column ?? null, training: wanted } }])
}

const cardNames = { description: 'a description', 'intended-use': 'the intended use', 'known-limits': 'known limits', licence: 'a licence', 'training-data': 'the training data' } as const

export function judgeDocuments(rule: RuleOf<'documents'>, facts: RunFacts): Judged {
  if (facts.more === undefined) return nothingGathered(rule)
  const { version } = facts.more
  const [has, lacks]: [string[], string[]] = [[], []]
  const look = (name: string, there: boolean): void => { (there ? has : lacks).push(name) }
  if (rule.note === true) look('a note', version.note.trim() !== '')
  for (const tag of rule.tags ?? []) look(`the tag “${tag}”`, version.tags.includes(tag))
  for (const link of rule.links ?? []) look(`the link “${link}”`, version.links.includes(link))
  for (const field of rule.card ?? []) look(cardNames[field], version.card[field] !== null)
  const facts_: GateFact = { fact: 'version', id: null, at: null, values: { noteLetters: version.note.trim().length, tags: version.tags.join(', '), links: version.links.join(', ') } }
  if (has.length + lacks.length === 0) return open(rule, null, 'The rule names nothing that the version must have: note, tags, links or card.')
  const said = lacks.length === 0 ? `${version.label} has ${listOf(has)}.` : `${version.label} lacks ${listOf(lacks)}${has.length === 0 ? '' : `; it has ${listOf(has)}`}.`
  return judged(rule, lacks.length === 0, has.length, has.length + lacks.length, said, [facts_])
}

const listOf = (names: readonly string[]): string => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`)

export function judgeApprovals(rule: RuleOf<'approvals'>, facts: RunFacts): Judged {
  return facts.more === undefined ? nothingGathered(rule) : countApprovals(rule, facts.more.approvals)
}

/** The same for approvals alone, however they were gathered. Answers in doubt are said and never counted. */
export function countApprovals(rule: RuleOf<'approvals'>, asked: MoreFacts['approvals']): Judged {
  if (asked === null) return open(rule, rule.count, `Nobody has been asked to review this version, so ${formatPlural(rule.count, 'approval')} ${rule.count === 1 ? 'is' : 'are'} not established.`)
  // The newest word of each key counts.
  const newest = new Map(asked.list.filter((a) => a.doubt === undefined).sort((a, b) => a.at - b.at).map((a) => [a.keyId, a]))
  const allowed = [...newest.values()].filter((a) => rule.by === undefined || rule.by.includes(a.name) || rule.by.includes(a.keyId))
  const mayCount = (a: { readonly name: string, readonly keyId: string }): boolean => rule.authorMayApprove === true || !asked.authors.some((author) => author === a.name || author === a.keyId)
  const approved = allowed.filter((a) => a.decision === 'approve' && mayCount(a))
  const rejected = allowed.filter((a) => a.decision === 'reject')
  const passedOver = newest.size - allowed.length + allowed.filter((a) => a.decision === 'approve' && !mayCount(a)).length
  const doubts = [...new Set(asked.list.flatMap((a) => (a.doubt === undefined || newest.has(a.keyId) ? [] : [a.doubt])))]
  const fact: GateFact = { fact: 'approvals', id: null, at: null, values: { approved: approved.map((a) => `${a.name} (${a.keyId})`).join(', '), rejected: rejected.map((a) => `${a.name} (${a.keyId})`).join(', '), author: asked.authors.join(', ') } }
  const who = approved.length === 0 ? 'Nobody whose approval counts has approved' : `${listOf(approved.map((a) => a.name))} approved`
  const left = passedOver === 0 ? '' : `; ${formatPlural(passedOver, 'answer')} ${passedOver === 1 ? 'does' : 'do'} not count (an author, or somebody whom the rule does not name)`
  const rest = `${left}${doubts.length === 0 ? '' : `; ${doubts.slice(0, 3).join('; ')}${doubts.length > 3 ? `; and ${doubts.length - 3} more` : ''}`}; the gate asks for ${formatPlural(rule.count, 'approval')}${rule.by === undefined ? '' : ` of ${listOf(rule.by)}`}.`
  if (rejected.length > 0) return judged(rule, false, approved.length, rule.count, `${listOf(rejected.map((a) => a.name))} rejected this version${approved.length === 0 ? '' : ` and ${who}`}${rest}`, [fact])
  if (approved.length >= rule.count) return judged(rule, true, approved.length, rule.count, `${who}${rest}`, [fact])
  return open(rule, rule.count, `${who}${rest}`, { value: approved.length, facts: [fact] })
}
