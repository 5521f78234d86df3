// `slipway review`: asking somebody else, showing what is asked, answering, and taking the answer in. Small signed files instead of a server.
import type { Command } from 'commander'
import type { OpenedReview, ReceivedReview, Review, ReviewDecision, ReviewEvidence } from '../../shared/domain/review.ts'
import { stateWords } from '../../shared/domain/life.ts'
import { formatCount, formatPlural, formatTime, shortHash } from '../../shared/format.ts'
import type { ReviewId } from '../../shared/ids.ts'
import { metricName } from '../../shared/metrics/catalogue.ts'
import { metricText } from '../../shared/metrics/metric-text.ts'
import { withExample } from './example.ts'
import { readyKey } from './key-passphrase.ts'
import { withSession, type CliSession } from './open-session.ts'
import { facts, sections, table } from './print.ts'
import { run, version } from './references.ts'

const verdicts = { pass: 'pass', fail: 'FAIL', 'not-established': 'not established' } as const

/** The rules by which an approval counts. */
const policyOf = ({ policy }: ReviewEvidence): { readonly title: string; readonly body: string } | null =>
  policy === undefined ? null : policy === null ? { title: 'Policy', body: 'The model has none.' } : { title: `Policy, revision ${policy.revision}`, body: policy.rules.map((rule) => `- ${rule}`).join('\n') }

/** Everything that the reviewer signs for. */
function describe({ body, sha256, knownAs, mayNotAnswer }: OpenedReview): string {
  const { model, run: ran, gate } = body.evidence
  return sections(
    facts([
      ['Asked by', `${body.author.name}, key ${body.author.keyId}${knownAs === null ? ' (not trusted here: the name is a claim)' : ` (trusted here as ${knownAs})`}`], ['When', formatTime(body.createdAt)],
      ['Message', body.message === '' ? 'none' : body.message], ['Model', `${model.name} ${model.number}`], ['SHA-256', model.sha256], ...(model.modelSha256 === model.sha256 ? [] : [['Runs as', model.modelSha256] as const]),
      ['Data set', `${ran.datasetName}, SHA-256 ${shortHash(ran.datasetSha256)}`], ['Rows scored', ran.rows === null ? 'not recorded' : `${formatCount(ran.rows.scored)} of ${formatCount(ran.rows.read)}`], ['Device', ran.device],
      ['Needed', `${formatPlural(body.needed, 'approval')}${body.authorMayApprove ? ', the author’s may be one' : ', not the author’s'}`], ['Request', `${body.id}, SHA-256 ${sha256}`],
    ]),
    { title: 'Metrics', body: table(['Metric', 'Value', '95 % interval', 'Rows'], ran.metrics.filter((m) => m.value !== null).map((m) => [
      metricName(m.metric), metricText(m.metric, m.value), m.low === null || m.high === null ? '' : `${metricText(m.metric, m.low)} to ${metricText(m.metric, m.high)}`, formatCount(m.n),
    ]), [1, 3]) },
    policyOf(body.evidence),
    gate === null ? { title: 'Gate', body: 'The run was not judged by a gate.' } : { title: `Gate: ${gate.passed ? 'passed' : 'not passed'}, revision ${gate.revision}`, body: table(['Verdict', 'Finding'], gate.findings.map((f) => [verdicts[f.verdict], f.sentence])) },
    gate?.override == null ? null : facts([['Overridden', `by ${gate.override.name}: ${gate.override.reason}`]]),
    ran.guesses.length === 0 ? null : { title: 'Assumptions that nobody has confirmed', body: ran.guesses.map((g) => `- ${g}`).join('\n') },
    mayNotAnswer,
  )
}

const answerWords = (review: Review): string => review.answers.length === 0 ? 'no answer yet' : review.answers.map((a) => `${a.decision === 'approve' ? 'approved' : 'rejected'} by ${a.name} (${a.keyId})${a.comment === '' ? '' : `: ${a.comment}`}${a.revoked === undefined ? '' : `, taken back: ${a.revoked.reason}`}${a.doubt === undefined ? '' : `, not counted: ${a.doubt}`}`).join('; ')

const describeReview = (review: Review): string => facts([
  ['Version', `${review.body.evidence.model.name} ${review.body.evidence.model.number}, ${stateWords(review.state)}`], ['Answers', answerWords(review)],
  ['Needed', formatPlural(review.body.needed, 'approval')], ['Request', review.body.id],
])

async function answer(session: CliSession, file: string, decision: ReviewDecision, options: { readonly comment?: string; readonly out: string }): Promise<void> {
  await readyKey(session)
  const said = await session.client.call('review.answer', { file: await session.admit(file), decision, comment: options.comment ?? '', destination: await session.admit(options.out, 'write') })
  session.print(said, () => facts([['Signed', `${decision === 'approve' ? 'approval' : 'rejection'} of ${said.modelName} ${said.modelNumber} by ${said.reviewer.name}, key ${said.reviewer.keyId}`], ['Send back', options.out]]))
}

function registerAnswers(review: Command): void {
  for (const [decision, what] of [['approve', 'Sign that a request is approved.'], ['reject', 'Sign that a request is rejected.']] as const) {
    withExample(review.command(decision).description(what).argument('<file>', 'the request').requiredOption('--out <file>', 'the answer to send back').option('--comment <text>', 'why'), `slipway review ${decision} income-2.review.json --comment "checked the slices" --out income-2.answer.json`)
      .action(async (file: string, options: { out: string; comment?: string }, command: Command) => withSession(command, (session) => answer(session, file, decision, options)))
  }
  withExample(review.command('accept').description('Take a signed answer in: checks signature, reviewer and that nothing changed since.').argument('<file>', 'the answer'), 'slipway review accept income-2.answer.json')
    .action(async (file: string, _options: unknown, command: Command) => withSession(command, async (session) => {
      const review = await session.client.call('review.accept', { file: await session.admit(file) })
      session.print(review, () => describeReview(review))
    }))
}

const waitWords = (r: ReceivedReview): string => (r.answer !== null ? (r.answer.decision === 'approve' ? 'approved' : 'rejected') : r.aside !== null ? 'put aside' : 'waits for your answer')
const inbox = (all: readonly ReceivedReview[]): string => table(['Version', 'Asked by', 'State', 'Received', 'Request'], all.map((r) => [`${r.body.evidence.model.name}@${r.body.evidence.model.number}`, `${r.knownAs ?? `${r.body.author.name} (not trusted here)`}`, waitWords(r), formatTime(r.receivedAt), r.body.id]), [], 'Nobody has asked you yet. A request is received by looking at it: slipway review show FILE')

function registerInbox(review: Command): void {
  withExample(review.command('inbox').description('The requests of others that were opened here, those that wait for your answer first.'), 'slipway review inbox')
    .action(async (_options: unknown, command: Command) => withSession(command, async (session) => {
      const all = await session.client.call('review.received', {})
      session.print(all, () => inbox(all))
    }))
  withExample(review.command('aside').description('Put a received request aside that you will not answer. It stays in the record.').argument('<request>', 'its id, as “review inbox” lists it').option('--reason <text>', 'why'), 'slipway review aside review_01kaf9vsqhfzdtynxw3wzsr4yt --reason "asked twice"')
    .action(async (request: string, options: { reason?: string }, command: Command) => withSession(command, async (session) => {
      const all = await session.client.call('review.aside', { request: request as ReviewId, reason: options.reason ?? '' })
      session.print(all, () => inbox(all))
    }))
}

/** Registers the command. */
export function registerReview(program: Command): void {
  const review = withExample(program.command('review').description('Approval by another person, with small signed files instead of a server.'), 'slipway review list')
  withExample(review.command('request').description('Write a signed request with all the evidence, and put the version in review.').argument('<version>', 'name@version')
    .requiredOption('--out <file>', 'the request to hand over').option('--run <run>', 'the run to show; absent: the newest finished one').option('--message <text>', 'what the reviewer should know'), 'slipway review request income@2 --message "ready for spring" --out income-2.review.json')
    .action(async (text: string, options: { out: string; run?: string; message?: string }, command: Command) => withSession(command, async (session) => {
      const wanted = await version(session, text)
      const ran = options.run === undefined ? {} : { runId: (await run(session, options.run)).id }
      await readyKey(session)
      const made = await session.client.call('review.request', { versionId: wanted.id, ...ran, message: options.message ?? '', destination: await session.admit(options.out, 'write') })
      session.print(made, () => facts([['Request', made.body.id], ['Version', `${wanted.modelName} ${wanted.number}, ${stateWords(made.state)}`], ['Needed', formatPlural(made.body.needed, 'approval')], ['Signed by', `${made.body.author.name}, key ${made.body.author.keyId}`], ['Hand over', options.out]]))
    }))
  withExample(review.command('show').description('Check a request and show exactly what it asks to approve.').argument('<file>', 'the request'), 'slipway review show income-2.review.json')
    .action(async (file: string, _options: unknown, command: Command) => withSession(command, async (session) => {
      const opened = await session.client.call('review.open', { file: await session.admit(file) })
      session.print(opened, () => describe(opened))
    }))
  registerAnswers(review)
  registerInbox(review)
  withExample(review.command('revoke').description('Take the approval of a version back. What was recorded stays and counts no more.').argument('<version>', 'name@version')
    .requiredOption('--reason <text>', 'why').option('--by <reviewer>', 'only the approval of this name or key id; absent: every approval'), 'slipway review revoke income@2 --reason "leaked rows were found"')
    .action(async (text: string, options: { reason: string; by?: string }, command: Command) => withSession(command, async (session) => {
      const wanted = await version(session, text)
      const left = await session.client.call('review.revoke', { versionId: wanted.id, reason: options.reason, ...(options.by === undefined ? {} : { by: options.by }) })
      session.print(left, () => sections(...left.slice(0, 1).map(describeReview)))
    }))
  withExample(review.command('list').description('The requests made in this workspace and their answers.'), 'slipway review list')
    .action(async (_options: unknown, command: Command) => withSession(command, async (session) => {
      const all = await session.client.call('review.list', {})
      session.print(all, () => table(['Version', 'State', 'Asked', 'Answers', 'Request'], all.map((r) => [`${r.body.evidence.model.name}@${r.body.evidence.model.number}`, r.open ? 'waiting' : stateWords(r.state), formatTime(r.body.createdAt), answerWords(r), r.body.id]), [], 'No review was asked for yet. Ask: slipway review request income@2 --out income-2.review.json'))
    }))
}
