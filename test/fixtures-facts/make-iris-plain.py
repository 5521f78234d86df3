#!/usr/bin/env python3
"""Writes test/fixtures/iris/models/iris-logreg-plain.onnx: the logistic regression of iris-logreg-tensor.onnx with operators that every device has.

The given model is one LinearClassifier and one Normalizer of ai.onnx.ml, which run on the processor alone. The same 12 coefficients and 3 intercepts
stand here in MatMul, Add and Softmax (default domain, opset 13). Standard library only: python3 test/fixtures-facts/make-iris-plain.py
"""
import struct
from pathlib import Path

MODELS = Path(__file__).resolve().parent.parent / "fixtures" / "iris" / "models"


def varint(n):
    out = b""
    while n > 0x7F:
        out, n = out + bytes([n & 0x7F | 0x80]), n >> 7
    return out + bytes([n])


def number(field, value):
    return varint(field << 3) + varint(value)


def held(field, payload):
    payload = payload.encode() if isinstance(payload, str) else payload
    return varint(field << 3 | 2) + varint(len(payload)) + payload


def fields(data):
    """Yields (number, value) of one protobuf message; floats come as float."""
    at = 0

    def read():
        nonlocal at
        shift = value = 0
        while True:
            byte = data[at]
            at, value, shift = at + 1, value | (byte & 0x7F) << shift, shift + 7
            if byte < 0x80:
                return value

    while at < len(data):
        key = read()
        if key & 7 == 0:
            yield key >> 3, read()
        elif key & 7 == 5:
            yield key >> 3, struct.unpack_from("<f", data, at)[0]
            at += 4
        else:
            size = read()
            yield key >> 3, data[at:at + size]
            at += size


def attribute(model, name):
    """The floats of the attribute `name` of any node."""
    graph = next(v for f, v in fields(model) if f == 7)
    for node in (v for f, v in fields(graph) if f == 1):
        for found in (list(fields(v)) for f, v in fields(node) if f == 5):
            if (1, name.encode()) in found:
                return [v for f, v in found if f == 7]
    raise SystemExit(f"no attribute {name}")


def tensor_value(name, last):
    shape = held(1, held(2, "N")) + held(1, number(1, last))
    return held(1, name) + held(2, held(1, number(1, 1) + held(2, shape)))


def initializer(name, dims, values):
    return b"".join(number(1, d) for d in dims) + number(2, 1) + held(8, name) + held(9, struct.pack(f"<{len(values)}f", *values))


def node(operator, inputs, output, attributes=b""):
    return b"".join(held(1, i) for i in inputs) + held(2, output) + held(3, operator.lower()) + held(4, operator) + attributes


def main():
    given = (MODELS / "iris-logreg-tensor.onnx").read_bytes()
    coefficients, intercepts = attribute(given, "coefficients"), attribute(given, "intercepts")
    # LinearClassifier keeps a row for each class; MatMul wants a column.
    columns = [coefficients[c * 4 + f] for f in range(4) for c in range(3)]
    axis = held(5, held(1, "axis") + number(3, 1) + number(20, 2))
    graph = (
        held(1, node("MatMul", ["float_input", "coefficients"], "products")) + held(1, node("Add", ["products", "intercepts"], "scores")) + held(1, node("Softmax", ["scores"], "probabilities", axis))
        + held(2, "iris-logreg-plain") + held(5, initializer("coefficients", [4, 3], columns)) + held(5, initializer("intercepts", [3], intercepts))
        + held(11, tensor_value("float_input", 4)) + held(12, tensor_value("probabilities", 3))
    )
    described = "Multinomial logistic regression on iris, the coefficients of iris-logreg-tensor.onnx in plain operators."
    properties = b"".join(v for v in (held(14, p) for f, p in fields(given) if f == 14))
    (MODELS / "iris-logreg-plain.onnx").write_bytes(number(1, 7) + held(2, "make-iris-plain") + held(6, described) + held(7, graph) + held(8, number(2, 13)) + properties)


main()
