# Makes mask-facts.json beside it: mask files with the numbers that PIL reads from them, and scikit-learn's scores of small masks.
# Run with Debian 12's python3 (python3-pil 9.4.0, python3-numpy 1.24.2, python3-sklearn 1.2.1): python3 make-mask-facts.py
import base64, io, json, os
import numpy as np
from PIL import Image
from sklearn import metrics as SM

rng = np.random.default_rng(7)


def file_of(im, **how):
    b = io.BytesIO(); im.save(b, 'PNG', **how)
    return base64.b64encode(b.getvalue()).decode()


files = []
for bits, n in ((1, 2), (2, 4), (4, 16), (8, 256)):
    a = rng.integers(0, n, (7, 13)).astype(np.uint8)
    im = Image.fromarray(a, 'P'); im.putpalette(list(rng.integers(0, 256, 3 * n)))
    f = file_of(im, bits=bits)
    files.append(dict(name=f'palette {bits} bits', kind='palette', width=13, height=7, bytes=f, values=a.ravel().tolist()))
a = rng.integers(0, 256, (5, 9)).astype(np.uint8)
files.append(dict(name='grey 8 bits', kind='gray', width=9, height=5, bytes=file_of(Image.fromarray(a, 'L')), values=a.ravel().tolist()))
a = rng.integers(0, 1000, (5, 9)).astype(np.int32)
files.append(dict(name='grey 16 bits', kind='gray', width=9, height=5, bytes=file_of(Image.fromarray(a, 'I')), values=a.ravel().tolist()))
a = rng.integers(0, 2, (5, 9)).astype(bool)
files.append(dict(name='grey 1 bit', kind='gray', width=9, height=5, bytes=file_of(Image.fromarray(a)), values=a.astype(int).ravel().tolist()))

# 40 small pictures of 6 x 8 with five classes; class 4 is nowhere, class 3 in the truth of few; 255 is not judged.
T, Q, per_image, per_accuracy = [], [], [], []
for i in range(40):
    t = rng.integers(0, 4 if i % 5 == 0 else 3, 48)
    q = np.where(rng.random(48) < 0.7, t, rng.integers(0, 4, 48))
    t = np.where(rng.random(48) < 0.1, 255, t)
    if i == 11: t[:] = 255
    T.append(t.tolist()); Q.append(q.tolist())
    m = t != 255
    per_image.append(float(np.mean(SM.jaccard_score(t[m], q[m], labels=range(5), average=None, zero_division=1.0))) if m.any() else None)
    per_accuracy.append(float((t[m] == q[m]).mean()) if m.any() else None)
t, q = np.ravel(T), np.ravel(Q)
t, q = t[t != 255], q[np.ravel(T) != 255]
seen = [c for c in range(5) if (t == c).any() or (q == c).any()]
scores = dict(pixel_accuracy=SM.accuracy_score(t, q), mean_class_accuracy=SM.balanced_accuracy_score(t, q), mean_iou=SM.jaccard_score(t, q, labels=seen, average='macro'),
              mean_dice=SM.f1_score(t, q, labels=seen, average='macro'), frequency_weighted_iou=SM.jaccard_score(t, q, labels=seen, average='weighted'),
              mean_over_images_of_mean_iou=float(np.mean([v for v in per_image if v is not None])), n_pixels=int(t.size), ignored_pixels=int(np.ravel(T).size - t.size), n_images=40)
iou = [float(SM.jaccard_score(t, q, labels=[c], average='macro')) if c in seen else None for c in range(5)]
dice = [float(SM.f1_score(t, q, labels=[c], average='macro')) if c in seen else None for c in range(5)]
# The spread of the mean IoU over drawn pictures, by numpy's own generator: 20,000 draws.
cms = np.array([SM.confusion_matrix(np.array(a)[np.array(a) != 255], np.array(b)[np.array(a) != 255], labels=range(5)) if (np.array(a) != 255).any() else np.zeros((5, 5)) for a, b in zip(T, Q)])
cms = np.delete(cms, 11, 0)
drawn = []
for _ in range(20000):
    cm = cms[rng.integers(0, 39, 39)].sum(0); u = cm.sum(0) + cm.sum(1) - np.diag(cm); k = u > 0
    drawn.append((np.diag(cm)[k] / u[k]).mean())
out = dict(files=files, masks=dict(truth=T, predicted=Q, scores=scores, iou=iou, dice=dice, perImage=per_image, perAccuracy=per_accuracy, meanIouInterval=[float(v) for v in np.percentile(drawn, [2.5, 97.5])]))
json.dump(out, open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'mask-facts.json'), 'w'), separators=(',', ':'))
