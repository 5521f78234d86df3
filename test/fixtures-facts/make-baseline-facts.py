"""Reference values for baselines, small trees and group comparisons: scikit-learn, scipy and statsmodels, never Slipway.
Run from this folder: python3 make-baseline-facts.py > baseline-facts.json (fixtures in ../fixtures or FIXTURES)."""
import json, os, sys
import numpy as np, pandas as pd
from scipy import stats
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.metrics import accuracy_score, log_loss, mean_absolute_error, mean_squared_error
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from statsmodels.stats.proportion import confint_proportions_2indep

root = os.environ.get('FIXTURES', os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'fixtures'))
read = lambda p: pd.read_csv(os.path.join(root, p), keep_default_na=False, na_values=[''])
stored = lambda p: json.load(open(os.path.join(root, p)))
out = {'made_with': {m: sys.modules[m].__version__ for m in ('numpy', 'pandas', 'scipy', 'sklearn', 'statsmodels')}}

def paired_mean(a, b):
    """Mean of a - b with Student's t."""
    d = np.asarray(a, float) - np.asarray(b, float)
    low, high = stats.t.interval(0.95, len(d) - 1, loc=d.mean(), scale=stats.sem(d))
    return [float(d.mean()), float(low), float(high)]

# --- classification: constants from the evaluated rows, and from the training file ---
train, test = read('adult-income/data/train.csv'), read('adult-income/data/test.csv')
model = stored('adult-income/predictions/v1.test.json')
print(list(model['outputs']), file=sys.stderr)
y, yt = test['income'].to_numpy(), train['income'].to_numpy()
names = sorted(set(y))
proba_name = [k for k in model['outputs'] if 'prob' in k][0]
p = np.array(model['outputs'][proba_name]['data'], float).reshape(len(y), -1)
label_name = [k for k in model['outputs'] if 'label' in k][0]
label = np.array(model['outputs'][label_name]['data'])
adult = {}
for key, fit in (('evaluation', y), ('training', yt)):
    X0, Xt = np.zeros((len(fit), 1)), np.zeros((len(y), 1))
    majority = DummyClassifier(strategy='most_frequent').fit(X0, fit)
    prior = DummyClassifier(strategy='prior').fit(X0, fit)
    index = {c: i for i, c in enumerate(prior.classes_)}
    prior_loss = -np.log(prior.predict_proba(Xt)[np.arange(len(y)), [index[c] for c in y]])
    pt = np.clip(p[np.arange(len(y)), [names.index(c) for c in y]] / p.sum(axis=1), 2.0 ** -52, 1)
    shares = prior.predict_proba(Xt)[0]
    expected = np.array([shares[index[c]] for c in y])
    right = (label == y).astype(float)
    base = (majority.predict(Xt) == y)
    adult[key] = {
        'majority': {'accuracy': accuracy_score(y, majority.predict(Xt)), 'gain': float(right.mean() - base.mean()),
                     'counts': [int(((right == 1) & base).sum()), int(((right == 1) & ~base).sum()), int(((right == 0) & base).sum()), int(((right == 0) & ~base).sum())]},
        'prior': {'log_loss': log_loss(y, prior.predict_proba(Xt), labels=prior.classes_), 'model': float(-np.log(pt).mean()), 'gain': paired_mean(prior_loss, -np.log(pt))},
        'stratified': {'accuracy': float(expected.mean()), 'gain': paired_mean(right, expected)},
    }
out['adult'] = adult

# --- regression ---
dtrain, dtest = read('diabetes/data/train.csv'), read('diabetes/data/test.csv')
dm = stored('diabetes/predictions/v1.test.json')
pred = np.array(list(dm['outputs'].values())[0]['data'], float)
t = dtest['progression'].to_numpy(float)
diabetes = {}
for key, fit in (('evaluation', t), ('training', dtrain['progression'].to_numpy(float))):
    entry = {}
    for strategy in ('mean', 'median'):
        answers = DummyRegressor(strategy=strategy).fit(np.zeros((len(fit), 1)), fit).predict(np.zeros((len(t), 1)))
        rmse = lambda q, axis=None: np.sqrt(np.mean(q, axis=axis))
        es, bs = (pred - t) ** 2, (answers - t) ** 2
        boot = stats.bootstrap((bs, es), lambda a, b, axis=-1: rmse(a, axis) - rmse(b, axis), paired=True, vectorized=True, n_resamples=20000, method='BCa', random_state=7)
        entry[strategy] = {'rmse': float(np.sqrt(mean_squared_error(t, answers))), 'mae': float(mean_absolute_error(t, answers)),
                           'mae_gain': paired_mean(np.abs(answers - t), np.abs(pred - t)), 'rmse_gain': float(rmse(bs) - rmse(es)),
                           'rmse_bootstrap': [float(boot.confidence_interval.low), float(boot.confidence_interval.high)]}
    diabetes[key] = entry
order = np.argsort(dtest['age'].to_numpy(), kind='stable')
last = np.full(len(t), np.nan); last[order[1:]] = t[order[:-1]]
ok = ~np.isnan(last)
diabetes['last_by_age'] = {'rows': int(ok.sum()), 'rmse': float(np.sqrt(mean_squared_error(t[ok], last[ok]))), 'mae': float(mean_absolute_error(t[ok], last[ok])), 'mae_gain': paired_mean(np.abs(last - t)[ok], np.abs(pred - t)[ok])}
out['diabetes'] = diabetes

# --- trees ---
def nodes(model):
    tr = model.tree_
    walk = lambda i: {'rows': int(tr.n_node_samples[i]), 'impurity': float(tr.impurity[i])} if tr.children_left[i] < 0 else {
        'rows': int(tr.n_node_samples[i]), 'impurity': float(tr.impurity[i]), 'feature': int(tr.feature[i]), 'threshold': float(tr.threshold[i]), 'left': walk(tr.children_left[i]), 'right': walk(tr.children_right[i])}
    return walk(0)

iris = read('iris/data/iris.csv')
icols = [c for c in iris.columns if iris[c].dtype == float]
it = [c for c in iris.columns if iris[c].dtype == object and iris[c].nunique() == 3][0]
m = DecisionTreeClassifier(max_depth=4, min_samples_leaf=5, random_state=0).fit(iris[icols], iris[it])
trees = {'iris': {'columns': icols, 'target': it, 'tree': nodes(m), 'accuracy': m.score(iris[icols], iris[it])}}
dcols = [c for c in dtrain.columns if c not in ('id', 'progression')]
m = DecisionTreeRegressor(max_depth=4, min_samples_leaf=5, random_state=0).fit(dtrain[dcols], dtrain['progression'])
a = m.predict(dtest[dcols])
trees['diabetes'] = {'columns': dcols, 'target': 'progression', 'tree': nodes(m), 'rmse': float(np.sqrt(mean_squared_error(t, a))), 'mae': float(mean_absolute_error(t, a)), 'mae_gain': paired_mean(np.abs(a - t), np.abs(pred - t))}
acols = [c for c in train.columns if c not in ('id', 'income', 'fnlwgt')]
texts = [c for c in acols if train[c].dtype == object]
both = pd.concat([train[acols], test[acols]])
for c in texts: both[c] = both[c].fillna('\u0001')
for c in acols:
    if c not in texts: assert not both[c].isna().any()
# One question a word, as the tree asks them.
wide = pd.get_dummies(both, columns=texts, prefix_sep='=')
m = DecisionTreeClassifier(max_depth=4, min_samples_leaf=5, random_state=0).fit(wide[:len(train)], yt)
a = m.predict(wide[len(train):])
trees['adult'] = {'columns': acols, 'target': 'income', 'rows': nodes(m)['rows'], 'train_accuracy': m.score(wide[:len(train)], yt), 'accuracy': accuracy_score(y, a), 'leaf_rows': sorted(int(n) for i, n in enumerate(m.tree_.n_node_samples) if m.tree_.children_left[i] < 0)}
out['trees'] = trees

# --- two shares ---
cases = [(56, 70, 48, 80), (9, 10, 3, 10), (6, 7, 2, 7), (5, 56, 0, 29), (0, 10, 0, 20), (10, 10, 0, 20), (7, 34, 1, 34), (0, 16, 15, 72), (412, 1313, 1500, 2687), (36, 40, 16, 80)]
out['shares'] = []
for x1, n1, x2, n2 in cases:
    entry = {'case': [x1, n1, x2, n2], 'difference': list(map(float, confint_proportions_2indep(x1, n1, x2, n2, method='newcomb', compare='diff')))}
    if x1 > 0 and x2 > 0 and x1 < n1 and x2 < n2: entry['ratio'] = list(map(float, confint_proportions_2indep(x1, n1, x2, n2, method='score', compare='ratio')))
    out['shares'].append(entry)

# --- groups of the evaluated rows ---
yes, called = (y == '>50K'), (label == '>50K')
out['groups'] = {}
for column in ('sex', 'race'):
    values = test[column].value_counts()
    base = values.index[0]
    counts = {v: {'rows': int((test[column] == v).sum()), 'positives': int((yes & (test[column] == v)).sum()), 'selected': int((called & (test[column] == v)).sum()), 'hits': int((yes & called & (test[column] == v)).sum())} for v in values.index}
    for v in values.index[1:]:
        a, b = counts[v], counts[base]
        pair = lambda x1, n1, x2, n2: {'difference': list(map(float, confint_proportions_2indep(x1, n1, x2, n2, method='newcomb', compare='diff'))), 'ratio': list(map(float, confint_proportions_2indep(x1, n1, x2, n2, method='score', compare='ratio')))}
        a['selection'] = pair(a['selected'], a['rows'], b['selected'], b['rows'])
        a['truePositive'] = pair(a['hits'], a['positives'], b['hits'], b['positives'])
    out['groups'][column] = {'reference': base, 'counts': counts}

# --- rows of the training file among the evaluated ones, by the model's inputs ---
def keyed(frame, columns):
    return frame[columns].astype(str).agg('\u001f'.join, axis=1)
fed = ['age', 'education_num', 'capital_gain', 'capital_loss', 'hours_per_week', 'workclass', 'marital_status', 'occupation', 'relationship', 'race', 'sex', 'native_country']
kt, ke = keyed(train, fed), keyed(test, fed)
known = dict()
for k, v in zip(kt, yt): known.setdefault(k, set()).add(v)
sizes = pd.Series(ke).value_counts()
labels = pd.DataFrame({'k': ke, 'y': y}).groupby('k')['y']
mixed = set(labels.nunique()[lambda s: s > 1].index)
within = pd.DataFrame({'k': ke, 'y': y})
within = within[within['k'].isin(mixed)]
out['rows'] = {
    'columns': fed,
    'leaked': int(ke.isin(set(kt)).sum()), 'agree': int(sum(v in known.get(k, ()) for k, v in zip(ke, y))),
    'repeats': int((sizes - 1).sum()), 'contradicting': int(len(within)), 'floor': int(len(within) - within.groupby(['k', 'y']).size().groupby('k').max().sum()) if len(within) else 0,
    'unseen': {c: int((test[c].notna() & ~test[c].isin(set(train[c].dropna()))).sum()) for c in fed if test[c].dtype == object},
    'outside': {c: int(((test[c] < train[c].min()) | (test[c] > train[c].max())).sum()) for c in fed if test[c].dtype != object},
}

# --- nearest right rows ---
def nearest(frame, numbers, words, right, record, count=5):
    total = np.zeros(len(frame))
    for c in numbers:
        v = frame[c].to_numpy(float); total += ((v - v[record - 1]) / v.std(ddof=1)) ** 2
    for c in words:
        v = frame[c].fillna('\u0001').to_numpy(); total += (v != v[record - 1])
    d = np.sqrt(total)
    order = [i for i in np.lexsort((np.arange(len(d)), d)) if right[i] and i != record - 1][:count]
    return {'record': int(record), 'candidates': int(right.sum() - right[record - 1]), 'rows': [int(i + 1) for i in order], 'distances': [float(d[i]) for i in order]}
words = [c for c in fed if test[c].dtype == object]
wrong = int(np.flatnonzero(label != y)[0]) + 1
size = np.abs(pred - t)
out['near'] = {'adult': nearest(test, [c for c in fed if c not in words], words, label == y, wrong), 'diabetes': nearest(dtest, dcols, [], size <= np.quantile(size, 0.25), int(size.argmax()) + 1)}
old = test['age'] >= 60
out['browse'] = {'wrong_old_women': [int(i + 1) for i in np.flatnonzero(old & (test['sex'] == 'Female') & (label != y))], 'false_negatives': int((yes & ~called).sum()), 'surely_wrong': int(((label != y) & (p.max(axis=1) / p.sum(axis=1) >= 0.9)).sum()),
    'contains_gov': int(test['workclass'].fillna('').str.contains('gov').sum()), 'missing_occupation': int(test['occupation'].isna().sum()), 'oldest': [int(v) for v in test['age'].sort_values(ascending=False, kind='stable').index[:5] + 1]}

json.dump(out, sys.stdout, indent=1)
sys.stdout.write('\n')
