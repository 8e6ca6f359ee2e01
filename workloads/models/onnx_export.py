"""Trained layers as an ONNX model, opset 17: input `image` [batch, 1, 8, 8], output `logits` [batch, 10]."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


class Exporter:
    def __init__(self):
        self.nodes, self.constants, self.counts = [], [], {}

    def node(self, operator, inputs, outputs=1, **attributes):
        """The name of the last output; those before it have no name, so nobody reads them."""
        number = self.counts.get(operator, 0)
        self.counts[operator] = number + 1
        name = f"{operator.lower()}_{number}"
        output = f"{name}_out"
        names = [""] * (outputs - 1) + [output]
        self.nodes.append(helper.make_node(operator, inputs, names, name=name, **attributes))
        return output

    def constant(self, name, value):
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def layer(self, layer, x):
        """Nodes of a layer whose input is the tensor named x; the name of its output."""
        return getattr(self, type(layer).__name__)(layer, x)

    def Sequence(self, layer, x):
        for part in layer.layers:
            x = self.layer(part, x)
        return x

    def Residual(self, layer, x):
        return self.node("Add", [x, self.Sequence(layer, x)])

    def Dense(self, layer, x):
        number = len(self.constants)
        bias = self.constant(f"dense_{number}.bias", layer.bias)
        # One layer in two is written as other exporters do: MatMul and Add.
        if self.counts.get("Gemm", 0) == self.counts.get("MatMul", 0):
            weight = self.constant(f"dense_{number}.weight", layer.weight)
            return self.node("Gemm", [x, weight, bias], transB=1)
        weight = self.constant(f"dense_{number}.weight", layer.weight.T.copy())
        return self.node("Add", [self.node("MatMul", [x, weight]), bias])

    def Conv(self, layer, x):
        number, size = self.counts.get("Conv", 0), layer.size
        weight = self.constant(f"conv_{number}.weight", layer.weight)
        return self.node("Conv", [x, weight], kernel_shape=[size, size], strides=[1, 1], dilations=[1, 1],
                         pads=[size // 2] * 4, group=layer.groups)

    def BatchNorm(self, layer, x):
        name = f"norm_{self.counts.get('BatchNormalization', 0)}"
        parts = [self.constant(f"{name}.{part}", getattr(layer, part)) for part in ("scale", "bias", "mean", "variance")]
        return self.node("BatchNormalization", [x] + parts, epsilon=layer.epsilon)

    def Relu(self, layer, x):
        return self.node("Relu", [x])

    def Pool(self, layer, x):
        operator = "MaxPool" if layer.kind == "maximum" else "AveragePool"
        return self.node(operator, [x], kernel_shape=[2, 2], strides=[2, 2])

    def Flatten(self, layer, x):
        return self.node("Flatten", [x], axis=1)

    def Rows(self, layer, x):
        images = self.node("Squeeze", [x, self.constant("rows.axes", np.array([1], np.int64))])
        return self.node("Transpose", [images], perm=[1, 0, 2])

    def recurrent_inputs(self, operator, layer, x):
        bias = np.concatenate([layer.weight_bias, layer.recurrent_bias])
        values = {"weight": layer.weight, "recurrent": layer.recurrent, "bias": bias}
        return [x] + [self.constant(f"{operator}.{part}", value[None]) for part, value in values.items()]

    def Gru(self, layer, x):
        """The layer's last state."""
        state = self.node("GRU", self.recurrent_inputs("gru", layer, x), outputs=2, hidden_size=layer.hidden,
                          linear_before_reset=1)
        return self.node("Squeeze", [state, self.constant("gru.axes", np.array([0], np.int64))])

    def Lstm(self, layer, x):
        """All outputs, of which the last one is taken."""
        outputs = self.node("LSTM", self.recurrent_inputs("lstm", layer, x), hidden_size=layer.hidden)
        steps = self.node("Squeeze", [outputs, self.constant("lstm.axes", np.array([1], np.int64))])
        return self.node("Gather", [steps, self.constant("lstm.last", np.array(-1, np.int64))], axis=0)


def export(network, name, file):
    exporter = Exporter()
    last = exporter.layer(network, "image")
    assert exporter.nodes[-1].output[0] == last
    exporter.nodes[-1].output[0] = "logits"
    graph = helper.make_graph(
        exporter.nodes, name,
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 1, 8, 8])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 10])], exporter.constants)
    model = helper.make_model(graph, producer_name="lockstep", opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, file)
