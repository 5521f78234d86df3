# The other side of benchmark (c): the metrics of a binary classifier that scikit-learn has, each by its own function, on arrays from files.
import json
import sys
import time

import numpy as np
import sklearn
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

truth = np.fromfile(sys.argv[1], dtype=np.int32)
predicted = np.fromfile(sys.argv[2], dtype=np.int32)
score = np.fromfile(sys.argv[3], dtype=np.float64)

began = time.perf_counter()
confusion = m.confusion_matrix(truth, predicted)
values = {
    "accuracy": m.accuracy_score(truth, predicted),
    "balanced_accuracy": m.balanced_accuracy_score(truth, predicted),
    "matthews_corrcoef": m.matthews_corrcoef(truth, predicted),
    "cohen_kappa": m.cohen_kappa_score(truth, predicted),
    "binary.precision": m.precision_score(truth, predicted),
    "binary.recall": m.recall_score(truth, predicted),
    "binary.f1": m.f1_score(truth, predicted),
    "binary.f2": m.fbeta_score(truth, predicted, beta=2),
    "binary.f05": m.fbeta_score(truth, predicted, beta=0.5),
    "binary.jaccard": m.jaccard_score(truth, predicted),
    "roc_auc": m.roc_auc_score(truth, score),
    "average_precision": m.average_precision_score(truth, score),
    "brier": m.brier_score_loss(truth, score),
}
for average in ("micro", "macro", "weighted"):
    p, r, f, _ = m.precision_recall_fscore_support(truth, predicted, average=average)
    values.update({average + ".precision": p, average + ".recall": r, average + ".f1": f})
per_class = m.precision_recall_fscore_support(truth, predicted)
linear = m.cohen_kappa_score(truth, predicted, weights="linear")
quadratic = m.cohen_kappa_score(truth, predicted, weights="quadratic")
loss = m.log_loss(truth, score)
curves = (m.roc_curve(truth, score), m.precision_recall_curve(truth, score), calibration_curve(truth, score, n_bins=10))
seconds = time.perf_counter() - began

print(json.dumps({"version": sklearn.__version__, "seconds": seconds, "values": {k: float(v) for k, v in values.items()}}))
