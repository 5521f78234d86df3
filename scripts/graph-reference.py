#!/usr/bin/python3
# What Debian's python3-onnx says of models: nodes per operator, initialisers, inferred shapes, multiply-adds. Independent of the
# application; its answers are kept in test/fixtures/graph-reference.json. With --make it first writes the models in test/fixtures/graph.
# Refuses to be part of the tests: they read the stored answers.
import json
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, shape_inference

project = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
fixtures = os.path.join(project, 'test', 'fixtures')
made = os.path.join(fixtures, 'graph')
FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL


def value(name, shape, kind=FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def weights(name, *shape):
    count = int(np.prod(shape))
    return numpy_helper.from_array((np.arange(count, dtype=np.float32).reshape(shape) % 7 - 3) / 10, name)


def save(name, graph, opset=16, functions=(), extra=()):
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', opset), *extra], functions=list(functions), producer_name='graph-reference')
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(made, name))


def control_flow():
    yes = helper.make_graph([helper.make_node('MatMul', ['h', 'w1'], ['a'], name='yes/dense'), helper.make_node('Relu', ['a'], ['yes_out'], name='yes/relu')], 'yes', [], [value('yes_out', ['N', 4])])
    no = helper.make_graph([helper.make_node('Mul', ['h', 'half'], ['no_out'], name='no/half')], 'no', [], [value('no_out', ['N', 4])])
    step = helper.make_graph([
        helper.make_node('Add', ['state', 'one'], ['more'], name='step/add'), helper.make_node('Tanh', ['more'], ['next'], name='step/tanh'),
        helper.make_node('Identity', ['keep'], ['keep_out'], name='step/keep'), helper.make_node('ReduceSum', ['next'], ['scan'], name='step/sum', keepdims=0),
    ], 'step', [value('i', [], INT64), value('keep', [], BOOL), value('state', ['N', 4])], [value('keep_out', [], BOOL), value('next', ['N', 4]), value('scan', [])])
    nodes = [
        helper.make_node('MatMul', ['x', 'w0'], ['h'], name='first/dense'), helper.make_node('ReduceMean', ['h'], ['m'], name='mean', keepdims=0), helper.make_node('Greater', ['m', 'zero'], ['positive'], name='positive'),
        helper.make_node('If', ['positive'], ['branch'], name='choose', then_branch=yes, else_branch=no),
        helper.make_node('Loop', ['trips', '', 'branch'], ['last', 'sums'], name='repeat', body=step), helper.make_node('Softmax', ['last'], ['y'], name='softmax', axis=-1),
    ]
    start = [weights('w0', 4, 4), weights('w1', 4, 4), numpy_helper.from_array(np.float32(0.5), 'half'), numpy_helper.from_array(np.float32(1), 'one'), numpy_helper.from_array(np.float32(0), 'zero'), numpy_helper.from_array(np.array(3, dtype=np.int64), 'trips')]
    save('control-flow.onnx', helper.make_graph(nodes, 'control', [value('x', ['N', 4])], [value('y', ['N', 4]), value('sums', [None])], start))


def with_functions():
    dense = helper.make_function('local', 'Dense', ['x', 'w', 'b'], ['y'], [helper.make_node('MatMul', ['x', 'w'], ['m'], name='product'), helper.make_node('Add', ['m', 'b'], ['s'], name='bias'), helper.make_node('Relu', ['s'], ['y'], name='relu')], [helper.make_opsetid('', 16)])
    block = helper.make_function('local', 'Block', ['x', 'w', 'b'], ['y'], [helper.make_node('Dense', ['x', 'w', 'b'], ['d'], domain='local', name='dense'), helper.make_node('Add', ['x', 'd'], ['y'], name='residual')], [helper.make_opsetid('', 16), helper.make_opsetid('local', 1)])
    nodes = [helper.make_node('Block', ['x', 'w0', 'b0'], ['h'], domain='local', name='block0'), helper.make_node('Block', ['h', 'w1', 'b1'], ['k'], domain='local', name='block1'), helper.make_node('Dense', ['k', 'w2', 'b2'], ['y'], domain='local', name='head')]
    start = [weights('w0', 8, 8), weights('b0', 8), weights('w1', 8, 8), weights('b1', 8), weights('w2', 8, 3), weights('b2', 3)]
    save('functions.onnx', helper.make_graph(nodes, 'functions', [value('x', ['N', 8])], [value('y', ['N', 3])], start), functions=[dense, block], extra=[helper.make_opsetid('local', 1)])


def external():
    nodes = [helper.make_node('Conv', ['x', 'w', 'b'], ['c'], name='stem/conv', kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2]), helper.make_node('Relu', ['c'], ['r'], name='stem/relu'), helper.make_node('GlobalAveragePool', ['r'], ['g'], name='head/pool'),
             helper.make_node('Flatten', ['g'], ['f'], name='head/flatten'), helper.make_node('Gemm', ['f', 'fw', 'fb'], ['y'], name='head/gemm', transB=1)]
    start = [weights('w', 8, 3, 3, 3), weights('b', 8), weights('fw', 5, 8), weights('fb', 5)]
    graph = helper.make_graph(nodes, 'external', [value('x', ['N', 3, 32, 32])], [value('y', ['N', 5])], start)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 16)], producer_name='graph-reference')
    model.ir_version = 8
    onnx.save_model(model, os.path.join(made, 'external.onnx'), save_as_external_data=True, all_tensors_to_one_file=True, location='external.weights', size_threshold=0)


def shapes():
    ints = lambda name, *numbers: numpy_helper.from_array(np.array(numbers, dtype=np.int64), name)
    n = helper.make_node
    nodes = [
        n('ConvTranspose', ['x', 'ct'], ['up'], name='up', strides=[2, 2], output_padding=[1, 1], pads=[1, 1, 1, 1]), n('MaxPool', ['up'], ['pool', 'where'], name='pool', kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1),
        n('Pad', ['pool', 'pads'], ['padded'], name='pad'), n('Slice', ['padded', 'starts', 'ends', 'axes', 'steps'], ['cut'], name='cut'), n('Resize', ['cut', '', 'scales'], ['wide'], name='resize', mode='nearest'),
        n('DepthToSpace', ['wide'], ['deep'], name='d2s', blocksize=2), n('SpaceToDepth', ['deep'], ['back'], name='s2d', blocksize=2), n('Split', ['back', 'parts'], ['one', 'two'], name='split', axis=1),
        n('Concat', ['one', 'two', 'one'], ['all'], name='concat', axis=1), n('Shape', ['all'], ['dims'], name='dims'), n('Gather', ['dims', 'zero'], ['rows'], name='rows', axis=0), n('Unsqueeze', ['rows', 'zeros'], ['rows1'], name='rows1'),
        n('Concat', ['rows1', 'minus'], ['target'], name='target', axis=0), n('Reshape', ['all', 'target'], ['flat'], name='reshape'), n('Transpose', ['flat'], ['turned'], name='turn', perm=[1, 0]), n('ReduceMean', ['turned'], ['mean'], name='mean', axes=[1]),
        n('Squeeze', ['mean', 'ones'], ['list'], name='squeeze'), n('TopK', ['list', 'k'], ['best', 'at'], name='topk'), n('Einsum', ['turned', 'flat'], ['gram'], name='einsum', equation='ij,jk->ik'), n('ArgMax', ['gram'], ['arg'], name='arg', axis=1, keepdims=0),
        n('OneHot', ['arg', 'depth', 'offon'], ['hot'], name='hot'), n('LSTM', ['seq', 'lw', 'lr'], ['steps_out', 'hidden'], name='lstm', hidden_size=5), n('LayerNormalization', ['steps3', 'gamma'], ['normed'], name='norm', axis=-1),
        n('Squeeze', ['steps_out', 'ones'], ['steps3'], name='steps3'), n('Expand', ['gamma', 'big'], ['wider'], name='expand'), n('Tile', ['gamma', 'twice'], ['tiled'], name='tile'), n('Where', ['mask', 'wider', 'gamma'], ['chosen'], name='where'),
        n('Greater', ['wider', 'gamma'], ['mask'], name='mask'), n('GatherND', ['wider', 'pairs'], ['picked'], name='gathernd'), n('ConstantOfShape', ['big'], ['blank'], name='blank'), n('Range', ['r0', 'r1', 'r2'], ['range'], name='range'),
        n('Cast', ['range'], ['floats'], name='cast', to=FLOAT), n('CumSum', ['floats', 'zero'], ['sums'], name='cumsum'), n('NonZero', ['blank'], ['nonzero'], name='nonzero'), n('Gemm', ['gamma2', 'gamma2'], ['outer'], name='gemm', transA=1),
    ]
    order = ['up', 'pool', 'pad', 'cut', 'resize', 'd2s', 's2d', 'split', 'concat', 'dims', 'rows', 'rows1', 'target', 'reshape', 'turn', 'mean', 'squeeze', 'topk', 'einsum', 'arg', 'hot', 'lstm', 'steps3', 'norm', 'expand', 'tile', 'mask', 'where', 'gathernd', 'blank', 'range', 'cast', 'cumsum', 'nonzero', 'gemm']
    nodes.sort(key=lambda node: order.index(node.name))
    start = [weights('ct', 3, 8, 3, 3), ints('pads', 0, 0, 1, 1, 0, 0, 1, 1), ints('starts', 1, -1), ints('ends', 9223372036854775807, -9223372036854775807), ints('axes', 2, 3), ints('steps', 2, -2),
             numpy_helper.from_array(np.array([1, 1, 2, 2], dtype=np.float32), 'scales'), ints('parts', 3, 5), ints('zeros', 0), ints('ones', 1), ints('minus', -1), ints('k', 4), weights('lw', 1, 20, 6), weights('lr', 1, 20, 5), weights('gamma', 5), weights('gamma2', 4, 5), ints('big', 3, 5), ints('twice', 2),
             numpy_helper.from_array(np.array(0, dtype=np.int64), 'zero'), numpy_helper.from_array(np.array(7, dtype=np.int64), 'depth'), numpy_helper.from_array(np.array([0, 1], dtype=np.float32), 'offon'), numpy_helper.from_array(np.array([[0, 1], [2, 3]], dtype=np.int64), 'pairs'),
             *[numpy_helper.from_array(np.array(v, dtype=np.int64), name) for name, v in (('r0', 0), ('r1', 10), ('r2', 3))]]
    out = ['best', 'at', 'hot', 'normed', 'chosen', 'tiled', 'picked', 'sums', 'nonzero', 'outer', 'hidden', 'where']
    graph = helper.make_graph(nodes, 'shapes', [value('x', [2, 3, 16, 16]), value('seq', [9, 2, 6])], [helper.make_empty_tensor_value_info(o) for o in out], start)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], producer_name='graph-reference')
    model.ir_version = 8
    inferred = shape_inference.infer_shapes(model, data_prop=True)
    known = {v.name: v for v in list(inferred.graph.output) + list(inferred.graph.value_info)}
    del model.graph.output[:]
    model.graph.output.extend(known[o] for o in out)
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(made, 'shapes.onnx'))


def graphs_in(nodes):
    for node in nodes:
        for attribute in node.attribute:
            for g in ([attribute.g] if attribute.type == onnx.AttributeProto.GRAPH else list(attribute.graphs)):
                yield g
                yield from graphs_in(g.node)


def dims_of(info):
    if info.type.WhichOneof('value') != 'tensor_type' or not info.type.tensor_type.HasField('shape'):
        return None
    return [d.dim_value if d.HasField('dim_value') and d.dim_value >= 0 else None for d in info.type.tensor_type.shape.dim]


def multiply_adds(model, sizes, tensors):
    """2 × multiply-adds of Conv, Gemm and MatMul of the model's own graph, open sizes of the inputs at 1, where all sizes are known."""
    known = dict(sizes, **{name: list(shape) for name, shape in tensors.items()})
    total = {}
    for node in model.graph.node:
        shapes_in = [known.get(i) for i in node.input]
        out = known.get(node.output[0])
        attribute = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        if node.domain not in ('', 'ai.onnx') or node.op_type not in ('Conv', 'Gemm', 'MatMul') or out is None or None in out or any(s is None or None in s for s in shapes_in[:2]):
            continue
        cells = int(np.prod(out))
        if node.op_type == 'Conv':
            inner = int(np.prod(shapes_in[1][1:]))
        else:
            inner = shapes_in[0][0 if attribute.get('transA') == 1 else -1]
        bias = cells if node.op_type != 'MatMul' and len(node.input) > 2 and node.input[2] != '' else 0
        total[node.op_type] = total.get(node.op_type, 0) + 2 * inner * cells + bias
    return total


def infer(model):
    """Shapes with computed sizes followed. This version of onnx stops at a ZipMap, so it is taken out: a sequence of maps has no shape."""
    maps = [n for n in model.graph.node if n.op_type == 'ZipMap']
    gone = {o for n in maps for o in n.output}
    for n in maps:
        model.graph.node.remove(n)
    for o in [o for o in model.graph.output if o.name in gone]:
        model.graph.output.remove(o)
    return shape_inference.infer_shapes(model, data_prop=True)


def without_inner_types(model):
    """So that shapes come from inference alone."""
    del model.graph.value_info[:]
    return model


def facts(path):
    model = onnx.load(path, load_external_data=False)
    nodes = list(model.graph.node) + [n for g in graphs_in(model.graph.node) for n in g.node]
    for f in model.functions:
        nodes += list(f.node) + [n for g in graphs_in(f.node) for n in g.node]
    graphs = [model.graph] + list(graphs_in(model.graph.node))
    tensors = [t for g in graphs for t in g.initializer]
    sparse = [s for g in graphs for s in g.sparse_initializer]
    operators = {}
    for n in nodes:
        domain = '' if n.domain == 'ai.onnx' else n.domain
        operators[f'{domain}:{n.op_type}'] = operators.get(f'{domain}:{n.op_type}', 0) + 1
    elements = sum(int(np.prod(t.dims)) for t in tensors) + sum(int(np.prod(s.values.dims)) for s in sparse)
    inferred = infer(without_inner_types(onnx.load(path, load_external_data=False)))
    shapes = {v.name: dims_of(v) for v in list(inferred.graph.value_info) + list(inferred.graph.output)}
    one = without_inner_types(onnx.load(path, load_external_data=False))
    constants = {t.name for t in one.graph.initializer}
    for i in one.graph.input:
        if i.name not in constants and i.type.WhichOneof('value') == 'tensor_type':
            for d in i.type.tensor_type.shape.dim:
                if not d.HasField('dim_value') or d.dim_value < 0:
                    d.dim_value = 1
    for o in one.graph.output:
        if o.type.WhichOneof('value') == 'tensor_type':
            o.type.tensor_type.ClearField('shape')
    sized = infer(one)
    at_one = {v.name: dims_of(v) for v in list(sized.graph.value_info) + list(sized.graph.output) + list(sized.graph.input)}
    return {
        'nodes': len(nodes), 'operators': dict(sorted(operators.items())), 'initializers': len(tensors) + len(sparse), 'elements': elements,
        'functions': len(model.functions), 'bodies': len(graphs) - 1 + sum(len(list(graphs_in(f.node))) for f in model.functions),
        'shapes': {name: dims for name, dims in sorted(shapes.items()) if dims is not None}, 'flops': multiply_adds(one, at_one, {t.name: t.dims for t in one.graph.initializer}),
    }


if '--make' in sys.argv:
    os.makedirs(made, exist_ok=True)
    for name in ('external.weights', 'external.onnx'):
        if os.path.exists(os.path.join(made, name)):
            os.remove(os.path.join(made, name))
    control_flow()
    with_functions()
    external()
    shapes()
answers = {}
for folder, _, files in sorted(os.walk(fixtures)):
    for name in sorted(files):
        path = os.path.join(folder, name)
        if name.endswith('.onnx') and os.sep + 'malformed' not in folder:
            answers[os.path.relpath(path, fixtures).replace(os.sep, '/')] = facts(path)
with open(os.path.join(fixtures, 'graph-reference.json'), 'w') as file:
    json.dump({'made by': f'scripts/graph-reference.py with onnx {onnx.__version__}', 'models': answers}, file, indent=1, sort_keys=True)
    file.write('\n')
