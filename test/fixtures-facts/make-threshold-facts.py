# Makes threshold-facts.json beside it: confusion counts at thresholds, best thresholds, recalibration and gain curves by scikit-learn, scipy and numpy.
# Run with Debian 12's python3 (python3-numpy 1.24.2, python3-scipy 1.10.1, python3-sklearn 1.2.1): /usr/bin/python3 make-threshold-facts.py
import csv, json, os
import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import confusion_matrix, precision_recall_curve

here = os.path.dirname(os.path.abspath(__file__))
fixtures = os.path.join(here, '..', 'fixtures')


def load(model, output, case='adult-income', target='income', positive='>50K'):
    with open(f'{fixtures}/{case}/predictions/{model}.test.json') as f:
        values = json.load(f)['outputs'][output]
    p = np.array(values['data'], np.float64).reshape(values['dims'])
    with open(f'{fixtures}/{case}/data/test.csv') as f:
        rows = list(csv.DictReader(f))
    return p, np.array([r[target] == positive for r in rows]).astype(int)


def counts(y, s, t):
    tn, fp, fn, tp = confusion_matrix(y, s >= t, labels=[0, 1]).ravel()
    return dict(tp=int(tp), fp=int(fp), fn=int(fn), tn=int(tn))


def thresholds_of(model, output):
    p, y = load(model, output)
    s = p[:, 1]
    precision, recall, at = precision_recall_curve(y, s)
    precision, recall = precision[:-1], recall[:-1]
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
    tp = np.array([(s[y == 1] >= t).sum() for t in at]); fp = np.array([(s[y == 0] >= t).sum() for t in at])
    cost = fp * 1.0 + (y.sum() - tp) * 4.0
    held = np.where(precision >= 0.9)[0]
    found = np.where(recall >= 0.8)[0]
    few = np.where((tp + fp) / len(y) <= 0.1)[0]
    best = dict(
        f1=counts(y, s, at[np.argmax(f1)]), cost=dict(**counts(y, s, at[np.argmin(cost)]), cost=float(cost.min())),
        min_precision=counts(y, s, at[held[np.argmax(recall[held])]]), min_recall=counts(y, s, at[found[np.argmax(precision[found])]]),
        max_selected=counts(y, s, at[few[np.argmax(tp[few])]]),
    )
    picked = [0.0, 0.05, 0.1234567, 0.5, 0.9, 0.999, 1.0] + [float(t) for t in at[:: max(1, len(at) // 12)]]
    return dict(model=model, distinct=int(len(at)), counts=[dict(threshold=t, **counts(y, s, t)) for t in picked], best=best)


def temperature_of(logits, y):
    nll = lambda log_t: -log_softmax(logits / np.exp(log_t), axis=1)[np.arange(len(y)), y].mean()
    return float(np.exp(minimize_scalar(nll, bounds=(-4, 4), method='bounded', options=dict(xatol=1e-12)).x))


def calibration_of(model, output):
    p, y = load(model, output)
    fit = IsotonicRegression(y_min=0, y_max=1, out_of_bounds='clip').fit(p[:, 1], y)
    grid = np.linspace(0, 1, 101)
    return dict(model=model, temperature=temperature_of(np.log(p), y), isotonic=dict(grid=grid.tolist(), values=fit.predict(grid).tolist()))


rng = np.random.default_rng(11)
z = rng.normal(size=(400, 4)) * 3
labels = np.array([rng.choice(4, p=np.exp(log_softmax(r / 2.5))) for r in z])
ties = np.round(rng.random(120), 1); hit = (rng.random(120) < ties ** 2).astype(int)
tied = IsotonicRegression(y_min=0, y_max=1, out_of_bounds='clip').fit(ties, hit)

p, y = load('v1', 'probabilities')
order = np.sort(np.unique(p[:, 1]))[::-1]
gain = [dict(share=float((p[:, 1] >= t).mean()), gain=float(y[p[:, 1] >= t].mean() * (p[:, 1] >= t).sum() / y.sum())) for t in order[:: len(order) // 40]]
shares = np.array([g['share'] for g in gain])
for g in gain: g['lift'] = g['gain'] / g['share']

facts = dict(
    thresholds=[thresholds_of('v1', 'probabilities'), thresholds_of('v2', 'output_probability')],
    calibration=[calibration_of('v1', 'probabilities'), calibration_of('v2', 'output_probability')],
    multiclass=dict(logits=z.round(6).tolist(), labels=labels.tolist(), temperature=temperature_of(z.round(6), labels)),
    ties=dict(scores=ties.tolist(), hits=hit.tolist(), grid=np.linspace(0, 1, 41).tolist(), values=tied.predict(np.linspace(0, 1, 41)).tolist()),
    gain=dict(model='v1', positives=int(y.sum()), rows=len(y), points=gain),
)
with open(os.path.join(here, 'threshold-facts.json'), 'w') as f:
    json.dump(facts, f, indent=None, separators=(',', ':'))
    f.write('\n')
