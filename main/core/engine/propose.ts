// Answers `binding.propose`: puts the guesses about target, inputs, outputs and classes together into one binding.
// Owns the order of the guesses; every one of them carries its confidence and its reason.
import { setTimeout as pause } from 'node:timers/promises'
import { checkBinding, targetColumns } from '../../../shared/binding/check-binding.ts'
import { inputObstacle } from '../../../shared/binding/check-inputs.ts'
import { warning } from '../../../shared/binding/problems.ts'
import type { CallContext, InputOf, OutputOf } from '../../../shared/contract-kit.ts'
import type { Binding, BindingProblem, DecisionRule, Guess, Head, InputBinding } from '../../../shared/domain/binding.ts'
import type { Column } from '../../../shared/domain/dataset.ts'
import type { Signature } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import { probingStep, type EngineContract } from './engine-contract.ts'
import { chooseHead, type HeadChoice } from './propose-heads.ts'
import { proposeClasses, proposePositive, type ClassChoice, type LabelCounts } from './propose-classes.ts'
import { proposeLabelOutputs, proposeLabels, type LabelSet } from './propose-multilabel.ts'
import { likeliestNormalisation } from './propose-normalisation.ts'
import { proposeImageInput, type ImageChoice } from './propose-images.ts'
import { proposeColumnInputs, type InputChoice } from './propose-inputs.ts'
import { labelCounts } from './propose-labels.ts'
import { proposeBoxes } from './propose-boxes.ts'
import type { ProbedPicture } from './propose-box-readings.ts'
import { fewPictures, proposeMasks } from './propose-masks.ts'
import { outputFacts, proposeKind, proposeOutputs, taskOf, type OutputChoice, type Probe } from './propose-outputs.ts'
import { probeLimitMs, probeModel, sampleImages, sampleTable, type ProbePace, type ProbeRequest, type Sample } from './propose-probe.ts'
import { proposeIdColumn, proposeTarget } from './propose-target.ts'
import { defaultThreads } from './evaluate-environment.ts'
import { runtimeReason } from './runtime-words.ts'
import { openBoxes } from '../images/boxes.ts'
import { listPictures } from '../images/image-folder.ts'
import { openSession } from './session.ts'

type Method = EngineContract['binding.propose']
type Input = InputOf<Method>
type Context = CallContext<{ step: string; done: number | null; total: number | null }>

interface Found { readonly inputs: readonly InputBinding[]; readonly target: Binding['target']; readonly idColumn: string | null; readonly guesses: readonly Guess[]; readonly problems: readonly BindingProblem[]; readonly images: readonly ImageChoice[]; readonly labels: LabelSet | null; /** Outputs that may answer; null: all. */ readonly answers: ReadonlySet<string> | null; readonly heads: readonly Head[] }

/** A message waits at most ten milliseconds for its turn; it must be gone before the call that nothing can interrupt. */
const messageMs = 15
const tellEveryMs = 500

/** Tells that the model runs: before the first call, then now and then, so that many quick calls do not wait for messages. */
function probePace(context: Context, rows: number): ProbePace {
  let told = -Infinity
  return {
    limitMs: probeLimitMs,
    async beforeCall(done) {
      if (performance.now() - told < tellEveryMs) return
      context.progress({ step: probingStep, done, total: rows })
      await pause(messageMs)
      told = performance.now()
    },
  }
}

const step = (context: Context, text: string): void => context.progress({ step: text, done: null, total: null })

const columnLabels = (input: Input, column: string, signal: AbortSignal): Promise<LabelCounts> => labelCounts(input.source, { kind: 'column', column }, input.columns, [], signal)

/** The signature with the outputs that may answer. */
const answering = (signature: Signature, outputs: readonly string[] | undefined): Signature => (outputs === undefined ? signature : { ...signature, outputs: signature.outputs.filter((o) => outputs.includes(o.name)) })

const wholeModel: HeadChoice = { outputs: null, keepOut: [], column: null, heads: [], guesses: [], problems: [] }

async function findTableInputs(input: Input, signal: AbortSignal): Promise<Found> {
  const { signature, graph } = input.model
  const labels = await proposeLabels({ columns: input.columns, signature: answering(signature, input.outputs), graph, target: input.target, separator: input.separator ?? null, values: async (column) => (await columnLabels(input, column, signal)).map((c) => c.value) })
  const head = labels === null ? chooseHead(signature, graph, input.columns, input) : wholeModel
  const target = labels === null ? proposeTarget(input.columns, signature, graph, input.target ?? head.column) : { column: null, guess: null }
  const label = new Set([...head.keepOut, ...(labels === null ? (target.column === null ? [] : [target.column]) : targetColumns(labels.target))])
  const fed: InputChoice = proposeColumnInputs(signature, graph, input.columns, label)
  const used = new Set([...label, ...fed.inputs.flatMap((i) => (i.kind === 'column' ? [i.column] : i.kind === 'columns' ? i.columns : []))])
  const id = proposeIdColumn(input.columns, used)
  return {
    inputs: fed.inputs, idColumn: id.column, images: [], labels, answers: head.outputs, heads: head.heads,
    target: labels !== null ? labels.target : target.column === null ? null : { kind: 'column', column: target.column },
    guesses: [...(labels?.guesses ?? []), ...head.guesses, target.guess, ...fed.guesses, id.guess].filter((g) => g !== null), problems: [...(labels?.problems ?? []), ...head.problems, ...fed.problems],
  }
}

type Pictured = 'masks' | 'boxes' | 'image-class'
const picturedAnswer = ({ source }: Input): Pictured => (source.format.kind !== 'images' ? 'image-class' : source.format.layout === 'masks' ? 'masks' : source.format.boxes !== undefined ? 'boxes' : 'image-class')
const answerWords: Readonly<Record<Pictured, readonly [value: string, reason: string]>> = {
  'masks': ['mask of the picture', 'The data set has a folder of masks.'], 'boxes': ['boxes of the picture', 'The data set has annotated boxes.'], 'image-class': ['class of the picture', 'The pictures are labelled by their folder or label file.'],
}

function findImageInputs(input: Input, picture: Sample['picture']): Found {
  const { signature, graph } = input.model
  const choices = signature.inputs.map((spec) => ({ spec, obstacle: inputObstacle(spec), choice: proposeImageInput(spec, graph, picture) }))
  const images = choices.flatMap((c) => (c.obstacle === null && c.choice !== null ? [c.choice] : []))
  const problems = choices.flatMap((c) => c.obstacle ?? (c.choice === null ? { about: `inputs.${c.spec.name}`, severity: 'error' as const, sentence: `The input “${c.spec.name}” (${c.spec.text}) has no shape of a picture.`, next: 'Bind it to a constant, or choose another data set.' } : []))
  const labelled = input.classes.length > 0
  const kind = picturedAnswer(input)
  const [value, reason] = answerWords[kind]
  const target: Guess = { about: 'target', value, confidence: 'certain', reason }
  return {
    inputs: images.map((i) => i.bound), idColumn: null, images, labels: null, answers: input.outputs === undefined ? null : new Set(input.outputs), heads: [], target: kind === 'image-class' && !labelled ? null : { kind },
    guesses: [...(labelled ? [target] : []), ...images.flatMap((i) => i.guesses)], problems,
  }
}

interface Probed { readonly found: Found; readonly probe: Probe | null; readonly problems: readonly BindingProblem[] }

/** Runs the sample; for pictures without a known normalisation, once for each common one. A failure becomes a warning. */
async function runProbe(input: Input, found: Found, sample: Sample | null, context: Context): Promise<Probed> {
  const { signature, graph } = input.model
  const request: ProbeRequest = { signature, inputs: found.inputs, target: found.target?.kind === 'column' ? found.target.column : null }
  const bound = new Set(found.inputs.map((i) => i.input))
  if (found.inputs.length === 0 || signature.inputs.some((i) => !bound.has(i.name))) return { found, probe: null, problems: [] }
  try {
    const rows = input.columns[0]?.rows ?? sample?.rows ?? 0
    const ready = sample ?? await sampleTable(input.source, request, rows, context.signal)
    const pace = probePace(context, ready.rows)
    const session = await openSession(input.model.path, { provider: 'cpu', threads: defaultThreads() })
    try {
      const choice = found.images.length === 1 ? found.images[0] : undefined
      if (choice !== undefined && choice.candidates.length > 0) return await likeliestNormalisation({ session, sample: ready, request, graph, choice, found, classes: input.classes, pace, signal: context.signal })
      return { found, probe: await probeModel(session, ready, request, pace, context.signal), problems: [] }
    } finally {
      await session.release()
    }
  } catch (thrown) {
    if (context.signal.aborted) throw new SlipwayError('job.cancelled', {})
    const reason = thrown instanceof SlipwayError ? thrown.message : `${runtimeReason(thrown)}.`
    return { found, probe: null, problems: [warning('probe', `The probe run did not work, so the meaning of the outputs is a guess: ${reason}`, 'Check the inputs of the binding.')] }
  }
}

/** What stands in the place of a probe of a model that is too slow for one. */
function withoutProbe(found: Found): Probed {
  const reason = 'The model is too slow to be tried out here, so the proposal rests on names, shapes and metadata.'
  return {
    found: { ...found, guesses: [...found.guesses, { about: 'probe', value: 'not run', confidence: 'guess', reason }] }, probe: null,
    problems: [warning('probe', reason, 'Check what each output means before you evaluate.')],
  }
}

function proposeDecision(outputs: OutputChoice): { decision: DecisionRule; guess: Guess } {
  const role = outputs.outputs.find((o) => o.output === outputs.score?.spec.name)?.role
  const about = 'decision'
  if (outputs.label !== null) return { decision: { kind: 'label-output' }, guess: { about, value: 'label-output', confidence: 'likely', reason: 'The model answers a label itself, and that is what its users get.' } }
  if (role === 'positive-probability' || role === 'positive-logit') return { decision: { kind: 'threshold', threshold: 0.5 }, guess: { about, value: 'threshold 0.5', confidence: 'guess', reason: 'The model gives one score; 0.5 is the usual threshold.' } }
  return { decision: { kind: 'argmax' }, guess: { about, value: 'argmax', confidence: 'likely', reason: 'The model gives no label, so the class with the largest probability is taken.' } }
}

function assembleLabels(input: Input, found: Found, probed: Probed, labels: LabelSet, facts: ReturnType<typeof outputFacts>): { binding: Binding; guesses: Guess[]; problems: BindingProblem[] } {
  const outputs = proposeLabelOutputs(input.model.signature, facts, labels.classes.length)
  const binding: Binding = {
    schema: 'slipway.binding/1', task: 'multilabel-classification', inputs: [...found.inputs], outputs: [...outputs.outputs], target: labels.target, idColumn: found.idColumn,
    classes: [...labels.classes], positiveClass: null, decision: { kind: 'threshold', threshold: 0.5 }, rows: 'lenient',
  }
  const task: Guess = { about: 'task', value: 'multilabel-classification', confidence: 'certain', reason: 'A row can have several true labels.' }
  const decision: Guess = { about: 'decision', value: 'threshold 0.5', confidence: 'guess', reason: 'Every label has a score of its own; 0.5 is the usual threshold.' }
  return { binding, guesses: [task, ...found.guesses, ...outputs.guesses, decision], problems: [...found.problems, ...probed.problems] }
}

function assemble(input: Input, probed: Probed, labels: LabelCounts, pictures: readonly ProbedPicture[]): { binding: Binding; guesses: Guess[]; problems: BindingProblem[] } {
  const { signature, graph } = input.model
  const { found, probe } = probed
  const targetColumn: Column | null = found.target?.kind === 'column' ? (input.columns.find((c) => c.name === (found.target?.kind === 'column' ? found.target.column : '')) ?? null) : null
  const images = input.source.format.kind === 'images'
  const boxes = proposeBoxes({ signature, graph, format: input.source.format, labelled: input.classes.length > 0, inputs: found.inputs, probe, pictures })
  if (boxes !== null) {
    const binding: Binding = { schema: 'slipway.binding/1', inputs: [...found.inputs], target: found.target, idColumn: null, positiveClass: null, rows: 'lenient', ...boxes.part }
    return { binding, guesses: [...boxes.guesses, ...found.guesses], problems: [...found.problems, ...probed.problems, ...boxes.problems] }
  }
  const masks = proposeMasks(signature, graph, input.source.format, input.classes.length > 0, probe)
  if (masks !== null) {
    const binding: Binding = { schema: 'slipway.binding/1', inputs: [...found.inputs], target: found.target, idColumn: null, positiveClass: null, rows: 'lenient', ...masks.part }
    return { binding, guesses: [...masks.guesses, ...found.guesses], problems: [...found.problems, ...probed.problems, ...masks.problems] }
  }
  const facts = outputFacts(signature, probe).filter((f) => found.answers === null || found.answers.has(f.spec.name))
  if (found.labels !== null) return assembleLabels(input, found, probed, found.labels, facts)
  const kind = proposeKind(found.answers === null ? graph : { ...graph, classLabels: null, zipMaps: [], operators: [] }, facts, targetColumn, images)
  const outputs = proposeOutputs(signature, facts, kind.kind, targetColumn?.name ?? null)
  const classification = kind.kind === 'classification'
  const width = outputs.score?.width ?? null
  const columns = width === null ? null : width === 1 ? 2 : width
  const none: ClassChoice = { classes: [], guesses: [], problems: [] }
  const classes = classification ? proposeClasses(graph, labels, columns, outputs, probe, images) : none
  const positive = proposePositive(graph, classes.classes)
  const decision = classification ? proposeDecision(outputs) : { decision: { kind: 'argmax' as const }, guess: null }
  const task = taskOf(kind.kind, classes.classes.length)
  const binding: Binding = {
    schema: 'slipway.binding/1', task, inputs: [...found.inputs], outputs: [...outputs.outputs], target: found.target, idColumn: found.idColumn,
    classes: [...classes.classes], positiveClass: positive.positive, decision: decision.decision, rows: 'lenient',
  }
  const guesses = [{ ...kind.guess, value: task }, ...found.guesses, ...outputs.guesses, ...classes.guesses, positive.guess, decision.guess].filter((g) => g !== null)
  return { binding, guesses, problems: [...found.problems, ...probed.problems, ...classes.problems] }
}

/** The pictures of a sample with their true boxes; none where the data has none. */
async function probedPictures(source: Input['source'], sample: Sample | null, signal: AbortSignal): Promise<readonly ProbedPicture[]> {
  if (source.format.kind !== 'images' || source.format.boxes === undefined || sample?.pictures === undefined) return []
  const opened = await openBoxes(source.path, source.format, (await listPictures(source.path, source.format, signal)).content)
  return Promise.all(sample.pictures.slice(0, sample.rows).map(async ({ name, width, height }) => ({ width, height, boxes: await opened.boxesOf(name, { width, height }).catch(() => null) ?? [] })))
}

/** Proposes a binding. Errors: `dataset.labelMissing` for a label column that does not exist, what reading the data set throws. */
export async function proposeBinding(input: Input, context: Context): Promise<OutputOf<Method>> {
  const images = input.source.format.kind === 'images'
  step(context, 'Reading a sample')
  const total = input.columns[0]?.rows ?? input.classes.reduce((sum, c) => sum + c.count, 0)
  const pictures = images ? await sampleImages(input.source, total, context.signal) : null
  const sample = pictures !== null && picturedAnswer(input) !== 'image-class' ? fewPictures(pictures) : pictures
  const found = images ? findImageInputs(input, sample?.picture ?? null) : await findTableInputs(input, context.signal)
  step(context, 'Opening the model')
  const probed = input.skipProbe === true ? withoutProbe(found) : await runProbe(input, found, sample, context)
  step(context, 'Counting the labels')
  const labels = await labelCounts(input.source, probed.found.target, input.columns, input.classes, context.signal)
  const { binding, guesses, problems } = assemble(input, probed, labels, await probedPictures(input.source, sample, context.signal))
  const told = new Set(problems.map((p) => p.about))
  const checked = checkBinding(binding, input.model.signature, input.columns.length > 0 ? input.columns : null)
  return { binding, guesses, problems: [...problems, ...checked.filter((p) => !told.has(p.about))], ...(found.heads.length === 0 ? {} : { heads: [...found.heads] }) }
}
