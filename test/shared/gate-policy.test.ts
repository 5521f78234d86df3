// A policy that asks for a metric which nobody measures is wrong before any run is judged by it.
import { expect, test } from 'vitest'
import type { GatePolicy, GateRule1 as GateRule } from '../../shared/domain/gate-rules.ts'
import { policyFault } from '../../shared/gate-policy.ts'
import { metricCatalogue } from '../../shared/metrics/catalogue.ts'

const policy = (...rules: GateRule[]): GatePolicy => ({ schema: 'slipway.gate/1', rules })
const floor = (metric: string): GateRule => ({ kind: 'metric', metric, slice: '', op: '>=', limit: 0 })

test('every metric of the catalogue is known, and those that a run measured beside it', () => {
  expect(policyFault(policy(...metricCatalogue.map((entry) => floor(entry.id)), { kind: 'rows', atLeast: 1 }))).toBeNull()
  expect(policyFault(policy(floor('cost_of_errors')), ['cost_of_errors'])).toBeNull()
  expect(policyFault(policy(floor('cost_of_errors')))).toMatch(/rule 1 asks for the metric “cost_of_errors”, which does not exist/)
})

test('limits beyond what a metric can be, and every fault of several', () => {
  const fault = policyFault(policy({ ...floor('accuracy'), limit: 85 } as GateRule, floor('acuracy'), { kind: 'no-regression', metric: 'roc_auc', slice: '', margin: 2 })) ?? ''
  expect(fault.split('; and ')).toEqual([
    'the limit 85 of rule 1 is outside what accuracy can be, 0 to 1; 85 % is written 0.85', expect.stringMatching(/^rule 2 asks for the metric “acuracy”/), 'the margin 2 of rule 3 is outside what a difference in roc_auc can be, 0 to 1; 2 % is written 0.02',
  ])
  expect(policyFault(policy({ ...floor('mae'), op: '<=', limit: 85 } as GateRule, { ...floor('log_loss'), limit: 85 } as GateRule, { ...floor('matthews_corrcoef'), limit: -0.5 } as GateRule, { ...floor('r2'), limit: -3 } as GateRule))).toBeNull()
})

test.each([
  ['acuracy', '“accuracy”'], ['auc', '“roc_auc”'], ['AUC-ROC', null], ['macro_f1', '“macro.f1”'], ['f1_macro', null], ['rsme', '“rmse”'], ['r_2', '“r2”'], ['logloss', '“log_loss”'], ['balanced-accuracy', '“balanced_accuracy”'], ['precison', '“precision”'],
])('%s: the first of the nearest names is %s', (given, first) => {
  const fault = policyFault(policy({ kind: 'rows', atLeast: 1 }, { kind: 'no-regression', metric: given, slice: '', margin: 0 })) ?? ''
  expect(fault).toContain(`rule 2 asks for the metric “${given}”, which does not exist`)
  if (first !== null) expect(/nearest names? (?:is|are) (“[^”]*”)/.exec(fault)?.[1]).toBe(first)
})
