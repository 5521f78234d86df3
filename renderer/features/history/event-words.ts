// What the verbs of the record are called on screen. A verb without a word keeps its own.

const verbs: Readonly<Record<string, string>> = {
  'version.import': 'Import', 'version.rewrite': 'Rewrite', 'version.annotate': 'Note', 'model.rename': 'Rename', 'model.archive': 'Archive', 'dataset.add': 'Data set', 'binding.save': 'Binding',
  'run.evaluate': 'Evaluation', 'run.stress': 'Stress test', 'version.parity': 'Device parity', 'version.speed': 'Device speed', 'metric.add': 'Metric', 'gate.save': 'Gate policy', 'gate.check': 'Gate check',
  'bundle.export': 'Export', 'sample.open': 'Sample', 'audit.verify': 'Verified', 'audit.export': 'Log exported', 'dataset.flag': 'Personal data', 'dataset.forget': 'Forgotten', 'retention.run': 'Retention',
  promote: 'Promoted', rollback: 'Rolled back', 'alias.set': 'Promoted', 'alias.rollback': 'Rolled back', 'alias.remove': 'Alias removed', 'version.transition': 'State', 'care.save': 'Owners', 'gate.fill': 'Gate facts', 'model.unpack': 'Unpacked',
  'deployment.record': 'Deployed', 'deployment.end': 'Deployment ended', 'deployment.share': 'Share of requests', 'deployment.incident': 'Incident', 'deployment.consent': 'Endpoint asked', 'logs.import': 'Logs', 'logs.labels': 'Labels', 'logs.forget': 'Logs forgotten', 'alert.decide': 'Alert decided', 'monitor.analyse': 'Monitoring', 'monitor.ab': 'A/B test',
  'review.request': 'Review asked for', 'review.receive': 'Request received', 'review.aside': 'Put aside', 'review.answer': 'Review answered', 'review.accept': 'Answer taken', 'review.revoke': 'Approval taken back', 'reviewer.trust': 'Reviewer trusted', 'reviewer.distrust': 'Reviewer distrusted',
}

export const verbWord = (verb: string): string => verbs[verb] ?? verb
