// One line of time for a model: versions, states, alias moves, runs, gate checks and bundles, newest first, a page at a time.
// Reads what other parts of the store keep; owns no table.
import { stepWords, type LifeAction } from '../../../shared/domain/life.ts'
import { Timeline, type TimelineEntry, type TimelineKind } from '../../../shared/domain/timeline.ts'
import { ErrorRecord } from '../../../shared/domain/run.ts'
import { formatPlural } from '../../../shared/format.ts'
import type { ModelId, VersionId } from '../../../shared/ids.ts'
import { metricName } from '../../../shared/metrics/catalogue.ts'
import { metricText } from '../../../shared/metrics/metric-text.ts'
import { fits, json, number, text, textOrNull, type ReadDb, type Row } from './database.ts'
import { modelName } from './models.ts'
import { Headline } from './runs.ts'

export interface TimelineWish { readonly modelId: ModelId; readonly versionId?: VersionId | undefined; readonly kinds?: readonly TimelineKind[] | undefined; readonly offset: number; readonly limit: number }

/** What lies on the line, as keys alone: `rank` puts what follows from something above it where both have one time. */
const onLine: Readonly<Record<TimelineKind, string>> = {
  state: `SELECT 'state' AS kind, 0 AS rank, s.version_id AS ref, s.revision AS revision, s.created_at AS at FROM versions v JOIN version_states s ON s.version_id = v.id
    WHERE v.model_id = $modelId AND ($versionId IS NULL OR v.id = $versionId)`,
  alias: `SELECT 'alias', 1, a.alias, a.revision, a.created_at FROM alias_moves a WHERE a.model_id = $modelId AND ($versionId IS NULL OR a.version_id = $versionId
    OR (SELECT p.version_id FROM alias_moves p WHERE p.model_id = a.model_id AND p.alias = a.alias AND p.revision = a.revision - 1) = $versionId)`,
  bundle: "SELECT 'bundle', 2, b.id, 0, b.created_at FROM versions v JOIN bundles b ON b.version_id = v.id WHERE v.model_id = $modelId AND ($versionId IS NULL OR v.id = $versionId)",
  gate: `SELECT 'gate', 3, c.id, 0, c.checked_at FROM versions v JOIN runs r ON r.version_id = v.id JOIN gate_checks c ON c.run_id = r.id
    WHERE v.model_id = $modelId AND ($versionId IS NULL OR v.id = $versionId)`,
  run: "SELECT 'run', 4, r.id, 0, r.created_at FROM versions v JOIN runs r ON r.version_id = v.id WHERE v.model_id = $modelId AND ($versionId IS NULL OR v.id = $versionId)",
  version: "SELECT 'version', 5, v.id, v.number, v.created_at FROM versions v WHERE v.model_id = $modelId AND ($versionId IS NULL OR v.id = $versionId)",
}
const order: readonly TimelineKind[] = ['state', 'alias', 'bundle', 'gate', 'run', 'version']

/** Errors: `input.unknownId`. */
export function modelTimeline(db: ReadDb, wish: TimelineWish): Timeline {
  modelName(db, wish.modelId)
  const kinds = order.filter((kind) => wish.kinds === undefined || wish.kinds.includes(kind))
  // The first part of a union names the columns, so the part of states is always there; where it is not wished it is empty.
  const parts = [kinds.includes('state') ? onLine.state : `${onLine.state} AND 0`, ...kinds.filter((kind) => kind !== 'state').map((kind) => onLine[kind])]
  const keys = db.all(`${parts.join(' UNION ALL ')} ORDER BY at DESC, rank, revision DESC, ref DESC LIMIT $limit OFFSET $offset`,
    { modelId: wish.modelId, versionId: wish.versionId ?? null, limit: wish.limit + 1, offset: wish.offset })
  return fits('a line of time', Timeline, () => ({ entries: keys.slice(0, wish.limit).map((key) => entryOf(db, wish.modelId, key)), more: keys.length > wish.limit }))
}

type Told = Partial<Omit<TimelineEntry, 'key' | 'kind' | 'at'>> & Pick<TimelineEntry, 'sentence'>

function entryOf(db: ReadDb, modelId: ModelId, key: Row): TimelineEntry {
  const kind = text(key, 'kind') as TimelineKind
  const [ref, revision] = [text(key, 'ref'), number(key, 'revision')]
  const told = tell[kind](db, { modelId, ref, revision })
  return { key: `${kind}:${ref}:${revision}`, kind, at: number(key, 'at'), version: null, reason: null, who: null, outcome: 'neutral', runId: null, checkId: null, bundleId: null, alias: null, ...told }
}

interface Key { readonly modelId: ModelId; readonly ref: string; readonly revision: number }

const row = (db: ReadDb, sql: string, parameters: Readonly<Record<string, string | number>>): Row => db.get(sql, parameters) ?? {}
const versionIn = (of: Row): TimelineEntry['version'] => ({ versionId: text(of, 'version_id') as VersionId, number: number(of, 'number') })
/** Whoever the record names for what was done to a subject. */
const whoDid = (db: ReadDb, subject: string, verb: string): string | null => textOrNull(db.get('SELECT who FROM events WHERE subject = $subject AND verb = $verb ORDER BY id DESC LIMIT 1', { subject, verb }) ?? {}, 'who')

const tell: Readonly<Record<TimelineKind, (db: ReadDb, key: Key) => Told>> = {
  version(db, { ref }) {
    const of = row(db, 'SELECT id AS version_id, number, source_name FROM versions WHERE id = $ref', { ref })
    return { version: versionIn(of), sentence: `Version ${number(of, 'number')} was imported from “${text(of, 'source_name')}”.`, who: whoDid(db, ref, 'version.import') }
  },
  state(db, { ref, revision }) {
    const of = row(db, 'SELECT s.*, v.number, e.who FROM version_states s JOIN versions v ON v.id = s.version_id LEFT JOIN events e ON e.id = s.event_id WHERE s.version_id = $ref AND s.revision = $revision', { ref, revision })
    const action = text(of, 'action') as LifeAction
    return { version: versionIn(of), sentence: `Version ${number(of, 'number')} ${stepWords(action).done}.`, reason: text(of, 'reason'), who: textOrNull(of, 'who'), outcome: action === 'reject' || action === 'revoke' ? 'bad' : action === 'approve' ? 'good' : 'neutral' }
  },
  alias(db, { modelId, ref, revision }) {
    const of = row(db, `SELECT a.version_id, a.action, a.reason, v.number, w.number AS before, e.who FROM alias_moves a JOIN events e ON e.id = a.event_id LEFT JOIN versions v ON v.id = a.version_id
      LEFT JOIN alias_moves p ON p.model_id = a.model_id AND p.alias = a.alias AND p.revision = a.revision - 1 LEFT JOIN versions w ON w.id = p.version_id
      WHERE a.model_id = $modelId AND a.alias = $ref AND a.revision = $revision`, { modelId, ref, revision })
    const [now, before] = [of['number'], of['before']]
    const sentence = now === null ? `${ref} was taken off version ${String(before)}.` : of['action'] === 'rollback' ? `${ref} was rolled back${before === null ? '' : ` from version ${String(before)}`} to version ${String(now)}.` : `Version ${String(now)} became ${ref}${before === null ? '' : `, instead of version ${String(before)}`}.`
    return { version: now === null ? null : versionIn(of), alias: ref, sentence, reason: text(of, 'reason'), who: textOrNull(of, 'who') }
  },
  run(db, { ref }) {
    const of = row(db, 'SELECT r.id, r.status, r.headline, r.error, r.version_id, v.number, d.name FROM runs r JOIN versions v ON v.id = r.version_id JOIN datasets d ON d.id = r.dataset_id WHERE r.id = $ref', { ref })
    return { ...runWords(of), version: versionIn(of), runId: ref as TimelineEntry['runId'], who: whoDid(db, ref, 'run.evaluate') }
  },
  gate(db, { ref }) {
    const of = row(db, 'SELECT c.passed, c.override_name, c.override_reason, c.run_id, r.version_id, v.number, d.name FROM gate_checks c JOIN runs r ON r.id = c.run_id JOIN versions v ON v.id = r.version_id JOIN datasets d ON d.id = r.dataset_id WHERE c.id = $ref', { ref })
    const passed = of['passed'] === 1
    const override = textOrNull(of, 'override_name')
    const sentence = `Version ${number(of, 'number')} on ${text(of, 'name')} ${passed ? 'passed its gate' : `did not pass its gate${override === null ? '' : `; ${override} overrode that`}`}.`
    return { version: versionIn(of), sentence, reason: textOrNull(of, 'override_reason'), who: whoDid(db, ref, 'gate.check'), outcome: passed ? 'good' : 'bad', checkId: ref as TimelineEntry['checkId'], runId: text(of, 'run_id') as TimelineEntry['runId'] }
  },
  bundle(db, { ref }) {
    const of = row(db, 'SELECT b.name, b.version, b.overridden, b.version_id, v.number FROM bundles b JOIN versions v ON v.id = b.version_id WHERE b.id = $ref', { ref })
    return { version: versionIn(of), sentence: `Version ${number(of, 'number')} was exported as ${text(of, 'name')} ${text(of, 'version')}${of['overridden'] === 1 ? ', its gate overridden' : ''}.`, who: whoDid(db, ref, 'bundle.export'), outcome: 'good', bundleId: ref as TimelineEntry['bundleId'] }
  },
}

const runStates: Readonly<Record<string, string>> = { queued: 'is waiting', running: 'is running', failed: 'failed', cancelled: 'was cancelled', interrupted: 'was interrupted' }

function runWords(of: Row): Told {
  const [status, version, data] = [text(of, 'status'), `version ${number(of, 'number')}`, text(of, 'name')]
  if (status !== 'done') {
    const error = textOrNull(of, 'error') === null ? null : json(of, 'error', ErrorRecord).message
    return { sentence: `The evaluation of ${version} on ${data} ${runStates[status] ?? status}.`, reason: error, outcome: status === 'failed' || status === 'interrupted' ? 'bad' : 'neutral' }
  }
  const headline = textOrNull(of, 'headline') === null ? null : json(of, 'headline', Headline)
  const result = headline === null ? '' : `: ${metricName(headline.metric)} ${metricText(headline.metric, headline.value)} on ${formatPlural(headline.n, 'row')}`
  return { sentence: `Version ${number(of, 'number')} was evaluated on ${data}${result}.` }
}
