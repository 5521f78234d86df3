"""Facts about the fixture models, read with the Python package `onnx` (Debian python3-onnx 1.12.0) and numpy: an independent reader.

Run: /usr/bin/python3 test/fixtures-facts/make_facts.py FIXTURES > test/fixtures-facts/onnx-facts.json
Checked in so that the tests need no Python. Parameters: numbers in initialisers and in tensor attributes of
floating-point or 8 bit type (of the graph and of graphs in attributes), plus the float lists below of ai.onnx.ml operators; bytes by numpy's item size.
"""
import glob, json, os, sys
import numpy as np
import onnx
from onnx import numpy_helper, TensorProto

LEARNED = {'coefficients', 'intercepts', 'support_vectors', 'rho', 'prob_a', 'prob_b', 'nodes_values', 'class_weights', 'target_weights', 'base_values', 'offset', 'scale', 'imputed_value_floats'}
NAMES = {TensorProto.FLOAT: 'float32', TensorProto.DOUBLE: 'float64', TensorProto.INT64: 'int64', TensorProto.INT32: 'int32', TensorProto.STRING: 'string', TensorProto.BOOL: 'bool', TensorProto.UINT8: 'uint8', TensorProto.FLOAT16: 'float16'}


def value(v):
    kind = v.type.WhichOneof('value')
    if kind != 'tensor_type':
        return dict(name=v.name, kind=kind.replace('_type', ''))
    t = v.type.tensor_type
    shape = None
    if t.HasField('shape'):
        shape = [getattr(d, d.WhichOneof('value')) if d.WhichOneof('value') else None for d in t.shape.dim]
    return dict(name=v.name, kind='tensor', dtype=NAMES[t.elem_type], shape=shape)


def graphs(g, top=True):
    yield g, top
    for n in g.node:
        for a in n.attribute:
            for s in ([a.g] if a.type == onnx.AttributeProto.GRAPH else list(a.graphs)):
                yield from graphs(s, False)


def facts(path):
    m = onnx.load(path, load_external_data=False)
    ops, params, size, inits, inner = {}, 0, 0, 0, 0
    for g, top in graphs(m.graph):
        inner += 0 if top else len(g.node)
        for t in g.initializer:
            inits += 1
            n = int(np.prod(t.dims, dtype=object)) if t.dims else 1
            params += n
            size += n * onnx.mapping.TENSOR_TYPE_TO_NP_TYPE[t.data_type].itemsize
        for n in g.node:
            k = f'{n.domain}:{n.op_type}'
            ops[k] = ops.get(k, 0) + 1
            for a in n.attribute:
                if a.type == onnx.AttributeProto.TENSOR:
                    v = numpy_helper.to_array(a.t)
                    if v.dtype.kind == 'f' or v.dtype.itemsize == 1 and v.dtype.kind in 'iu':
                        params += v.size
                        size += v.nbytes
            if n.domain == 'ai.onnx.ml':
                for a in n.attribute:
                    if a.name in LEARNED:
                        params += len(a.floats)
                        size += 4 * len(a.floats)
    names = {t.name for t in m.graph.initializer}
    return dict(irVersion=m.ir_version, opsets={o.domain: o.version for o in m.opset_import}, producerName=m.producer_name, producerVersion=m.producer_version, graphName=m.graph.name,
                domain=m.domain, modelVersion=str(m.model_version), description=m.doc_string, metadata={p.key: p.value for p in m.metadata_props}, operators=ops, nodeCount=len(m.graph.node),
                subgraphNodeCount=inner, initializerCount=inits, parameterCount=params, parameterBytes=size,
                inputs=[value(v) for v in m.graph.input if v.name not in names], outputs=[value(v) for v in m.graph.output])


root = sys.argv[1]
skip = {'truncated', 'random-bytes', 'pickle-named', 'text-named', 'empty', 'huge-initializer', 'external-data-missing', 'external-data-traversal', 'unknown-op', 'unknown-op-domain'}
out = {}
for p in sorted(glob.glob(os.path.join(root, '*/models/*.onnx'))):
    case = os.path.relpath(p, root)
    if case.split('/')[0] in ('iris', 'adult-income', 'diabetes', 'abalone', 'mnist') or (case.startswith('malformed') and os.path.basename(p)[:-5] not in skip):
        out[case] = facts(p)
json.dump(dict(made_by=f'python onnx {onnx.__version__}, numpy {np.__version__}, test/fixtures-facts/make_facts.py', models=out), sys.stdout, indent=1, ensure_ascii=True)
print()
