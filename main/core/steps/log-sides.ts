// Two sides of a model's stored logs, as the engine reads them: which batches, whose rows of them, and the labels that came home.
import type { AbSide } from '../../../shared/domain/ab.ts'
import type { Version } from '../../../shared/domain/model.ts'
import { SlipwayError } from '../../../shared/errors.ts'
import type { SidePlan, SidesPlan } from '../monitor/decide/side-plan.ts'
import type { Parts } from '../parts.ts'
import type { ReadDb } from '../store/database.ts'
import { storedBatches, storedLabels } from '../store/log-batches.ts'
import { getVersion } from '../store/versions.ts'

export interface Stretch { readonly from?: number | undefined; readonly to?: number | undefined }
export interface LogSides { readonly control: Version; readonly treatment: Version; readonly plan: SidesPlan }

export const sideName = (version: Version, arm: AbSide['arm']): string => `${version.modelName} ${version.number}${arm === undefined ? '' : `, ${arm}`}`

function sideOf(parts: Parts, db: ReadDb, { versionId, arm }: AbSide, stretch: Stretch): { readonly version: Version; readonly plan: SidePlan } {
  const version = getVersion(db, versionId)
  const batches = storedBatches(db, { modelId: version.modelId, versionId, ...stretch }).filter(({ file, batch }) => file !== null && batch.rows > 0)
  if (batches.length === 0) throw new SlipwayError('monitor.noLogs', { name: sideName(version, arm) })
  // Rows of other versions in the same files are told apart by their number; files of one version need not say it.
  const mixed = batches.some(({ batch }) => batch.versionId === null || batch.versions.length > 1)
  return { version, plan: { logs: batches.map(({ batch, file }) => ({ path: parts.blobs.path(file!), layout: batch.layout })), version: mixed ? version.number : null, arm: arm ?? null } }
}

/** Rows of one version, or of one of its arms. Errors: `input.unknownId`, `monitor.noLogs`. */
export const logSide = (parts: Parts, side: AbSide, stretch: Stretch): { readonly version: Version; readonly plan: SidePlan } => parts.store.read((db) => sideOf(parts, db, side, stretch))

/** Files of the labels of a model, in the order of their import. */
export const labelPaths = (parts: Parts, db: ReadDb, modelId: Version['modelId']): string[] => storedLabels(db, modelId).flatMap(({ labels, file }) => (file === null || labels.rows === 0 ? [] : [parts.blobs.path(file)]))

/** Errors: `input.unknownId`, `monitor.noLogs`, `input.invalid` for sides of two models, or the same rows twice. */
export function logSides(parts: Parts, sides: { readonly control: AbSide; readonly treatment: AbSide }, stretch: Stretch): LogSides {
  return parts.store.read((db) => {
    const [control, treatment] = [sideOf(parts, db, sides.control, stretch), sideOf(parts, db, sides.treatment, stretch)]
    if (control.version.modelId !== treatment.version.modelId) throw new SlipwayError('input.invalid', { reason: 'both sides must be versions of one model' })
    if (control.version.id === treatment.version.id && (sides.control.arm === undefined || sides.treatment.arm === undefined || sides.control.arm === sides.treatment.arm)) throw new SlipwayError('input.invalid', { reason: 'both sides are the same rows; name two arms or two versions' })
    return { control: control.version, treatment: treatment.version, plan: { control: control.plan, treatment: treatment.plan, labels: labelPaths(parts, db, control.version.modelId), from: stretch.from ?? null, to: stretch.to ?? null } }
  })
}
