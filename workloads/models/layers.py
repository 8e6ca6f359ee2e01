"""Layers of small neural networks in numpy: forward and backward, NCHW, float32.

Each layer has forward(x, training) and backward(gradient), which also fills `gradients`, in the order of
`parameters`. Nothing here depends on time or on a global random state.
"""

import numpy as np


class Layer:
    def __init__(self):
        self.parameters = []
        self.gradients = []


class Dense(Layer):
    """x [n, inputs] to x weight^T + bias, weight [outputs, inputs]."""

    def __init__(self, random, inputs, outputs):
        super().__init__()
        self.weight = random.normal(0, np.sqrt(2 / inputs), (outputs, inputs)).astype(np.float32)
        self.bias = np.zeros(outputs, np.float32)
        self.parameters = [self.weight, self.bias]

    def forward(self, x, training):
        self.x = x
        return x @ self.weight.T + self.bias

    def backward(self, gradient):
        self.gradients = [gradient.T @ self.x, gradient.sum(0)]
        return gradient @ self.weight


class Conv(Layer):
    """Convolution without bias, stride 1, zero padding that keeps the size; weight [outputs, inputs / groups, k, k].

    groups is 1 or the number of channels (depthwise).
    """

    def __init__(self, random, inputs, outputs, size, depthwise=False):
        super().__init__()
        fan_in = size * size * (1 if depthwise else inputs)
        shape = (outputs, 1 if depthwise else inputs, size, size)
        self.weight = random.normal(0, np.sqrt(2 / fan_in), shape).astype(np.float32)
        self.size, self.depthwise, self.groups = size, depthwise, inputs if depthwise else 1
        self.parameters = [self.weight]

    def taps(self):
        """(row, column) of each tap in the padded image."""
        return [(r, s) for r in range(self.size) for s in range(self.size)]

    def forward(self, x, training):
        pad, (_, _, height, width) = self.size // 2, x.shape
        padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
        # [taps, n, c, height, width]
        self.windows = np.stack([padded[:, :, r:r + height, s:s + width] for r, s in self.taps()])
        weight = self.weight.reshape(self.weight.shape[0], self.weight.shape[1], -1)
        if self.depthwise:
            return np.einsum("tnchw,ct->nchw", self.windows, weight[:, 0])
        return np.einsum("tnchw,kct->nkhw", self.windows, weight, optimize=True)

    def backward(self, gradient):
        weight = self.weight.reshape(self.weight.shape[0], self.weight.shape[1], -1)
        if self.depthwise:
            self.gradients = [np.einsum("tnchw,nchw->ct", self.windows, gradient).reshape(self.weight.shape)]
            windows = np.einsum("nchw,ct->tnchw", gradient, weight[:, 0])
        else:
            product = np.einsum("tnchw,nkhw->kct", self.windows, gradient, optimize=True)
            self.gradients = [product.reshape(self.weight.shape)]
            windows = np.einsum("nkhw,kct->tnchw", gradient, weight, optimize=True)
        return self.scatter(windows)

    def scatter(self, windows):
        """The sum of all windows, each at its tap's place: the transpose of taking windows."""
        pad, (_, n, channels, height, width) = self.size // 2, windows.shape
        padded = np.zeros((n, channels, height + 2 * pad, width + 2 * pad), windows.dtype)
        for window, (r, s) in zip(windows, self.taps()):
            padded[:, :, r:r + height, s:s + width] += window
        return padded[:, :, pad:pad + height, pad:pad + width]


class BatchNorm(Layer):
    """Normalization of each channel; in inference with the running mean and variance."""

    epsilon, momentum = 1e-5, 0.9

    def __init__(self, channels):
        super().__init__()
        self.scale, self.bias = np.ones(channels, np.float32), np.zeros(channels, np.float32)
        self.mean, self.variance = np.zeros(channels, np.float32), np.ones(channels, np.float32)
        self.parameters = [self.scale, self.bias]

    def forward(self, x, training):
        mean, variance = self.mean, self.variance
        if training:
            mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3))
            self.mean += (1 - self.momentum) * (mean - self.mean)
            self.variance += (1 - self.momentum) * (variance - self.variance)
        self.inverse = 1 / np.sqrt(variance + np.float32(self.epsilon))
        self.normal = (x - mean[:, None, None]) * self.inverse[:, None, None]
        return self.normal * self.scale[:, None, None] + self.bias[:, None, None]

    def backward(self, gradient):
        count = gradient.size / gradient.shape[1]
        self.gradients = [(gradient * self.normal).sum((0, 2, 3)), gradient.sum((0, 2, 3))]
        mean_part = (self.gradients[1] / count)[:, None, None]
        scale_part = self.normal * (self.gradients[0] / count)[:, None, None]
        return (gradient - mean_part - scale_part) * (self.scale * self.inverse)[:, None, None]


class Relu(Layer):
    def forward(self, x, training):
        self.positive = x > 0
        return x * self.positive

    def backward(self, gradient):
        return gradient * self.positive


class Pool(Layer):
    """Non-overlapping windows of 2 x 2: maximum or average."""

    def __init__(self, kind):
        super().__init__()
        self.kind = kind

    def forward(self, x, training):
        n, channels, height, width = x.shape
        windows = x.reshape(n, channels, height // 2, 2, width // 2, 2)
        if self.kind == "average":
            return windows.mean((3, 5))
        largest = windows.max((3, 5), keepdims=True)
        chosen = windows == largest
        self.share = chosen / chosen.sum((3, 5), keepdims=True)
        return largest[:, :, :, 0, :, 0]

    def backward(self, gradient):
        share = self.share if self.kind == "maximum" else np.full((1, 1, 1, 2, 1, 2), 0.25)
        spread = (gradient[:, :, :, None, :, None] * share).astype(np.float32)
        n, channels, height, _, width, _ = spread.shape
        return spread.reshape(n, channels, 2 * height, 2 * width)


class Flatten(Layer):
    def forward(self, x, training):
        self.shape = x.shape
        return x.reshape(x.shape[0], -1)

    def backward(self, gradient):
        return gradient.reshape(self.shape)


class Sequence(Layer):
    def __init__(self, layers):
        super().__init__()
        self.layers = layers
        self.parameters = [p for layer in layers for p in layer.parameters]

    def forward(self, x, training):
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def backward(self, gradient):
        for layer in reversed(self.layers):
            gradient = layer.backward(gradient)
        self.gradients = [g for layer in self.layers for g in layer.gradients]
        return gradient


class Residual(Sequence):
    """x + layers(x)."""

    def forward(self, x, training):
        return x + super().forward(x, training)

    def backward(self, gradient):
        return gradient + super().backward(gradient)


def cross_entropy_gradient(logits, labels):
    """Of the mean over the samples of -log softmax(logits)[label], [n, classes]."""
    shifted = np.exp(logits - logits.max(1, keepdims=True))
    probability = shifted / shifted.sum(1, keepdims=True)
    probability[np.arange(len(labels)), labels] -= 1
    return (probability / len(labels)).astype(np.float32)


class Adam:
    def __init__(self, parameters):
        self.parameters, self.steps = parameters, 0
        self.first = [np.zeros_like(p) for p in parameters]
        self.second = [np.zeros_like(p) for p in parameters]

    def step(self, gradients, rate):
        self.steps += 1
        correction = np.sqrt(1 - 0.999 ** self.steps) / (1 - 0.9 ** self.steps)
        for p, g, m, v in zip(self.parameters, gradients, self.first, self.second):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            p -= np.float32(rate * correction) * m / (np.sqrt(v) + np.float32(1e-8))
