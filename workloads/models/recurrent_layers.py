"""Recurrent layers in numpy: forward, and backward through time; float32, sequences [steps, n, width].

Weights, gates and arithmetic are those of ONNX's operators GRU (linear_before_reset 1) and LSTM: rows of W and R are
the gates z, r, h of a GRU and i, o, f, c of an LSTM.
"""

import numpy as np

from layers import Layer


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Rows(Layer):
    """Images [n, 1, height, width] as sequences of their rows, [height, n, width]."""

    def forward(self, x, training):
        return x[:, 0].transpose(1, 0, 2)

    def backward(self, gradient):
        return gradient.transpose(1, 0, 2)[:, None]


class Recurrent(Layer):
    """[steps, n, inputs] to the last state [n, hidden]; a subclass has the cell. State zero at the begin."""

    gates = 1

    def __init__(self, random, inputs, hidden):
        super().__init__()
        bound = 1 / np.sqrt(hidden)
        self.hidden = hidden
        self.weight, self.recurrent, self.weight_bias, self.recurrent_bias = self.parameters = [
            random.uniform(-bound, bound, shape).astype(np.float32)
            for shape in ((self.gates * hidden, inputs), (self.gates * hidden, hidden), self.gates * hidden,
                          self.gates * hidden)]

    def split(self, rows):
        """The gates of [n, gates * hidden]."""
        return np.split(rows, self.gates, axis=1)

    def forward(self, x, training):
        zero = np.zeros((x.shape[1], self.hidden), np.float32)
        self.x, self.states, self.kept = x, [(zero,) * self.parts], []
        for step in x:
            state, kept = self.step(step @ self.weight.T + self.weight_bias,
                                    self.states[-1][0] @ self.recurrent.T + self.recurrent_bias, self.states[-1])
            self.states.append(state)
            self.kept.append(kept)
        return self.states[-1][0]

    def backward(self, gradient):
        self.gradients = [np.zeros_like(p) for p in self.parameters]
        d_state = (gradient,) + (np.zeros_like(gradient),) * (self.parts - 1)
        d_x = np.zeros_like(self.x)
        for t in reversed(range(len(self.x))):
            d_input, d_recurrent, d_state = self.step_backward(d_state, self.kept[t], self.states[t])
            h = self.states[t][0]
            for total, part in zip(self.gradients, (d_input.T @ self.x[t], d_recurrent.T @ h, d_input.sum(0),
                                                    d_recurrent.sum(0))):
                total += part
            d_x[t] = d_input @ self.weight
            d_state = (d_state[0] + d_recurrent @ self.recurrent,) + d_state[1:]
        return d_x


class Gru(Recurrent):
    """State h. n = tanh(x_n + r a_n), h' = n + z (h - n)."""

    gates, parts = 3, 1

    def step(self, from_x, from_h, state):
        (x_z, x_r, x_n), (a_z, a_r, a_n) = self.split(from_x), self.split(from_h)
        z, r = sigmoid(x_z + a_z), sigmoid(x_r + a_r)
        n = np.tanh(x_n + r * a_n)
        return (n + z * (state[0] - n),), (z, r, n, a_n)

    def step_backward(self, d_state, kept, state):
        (z, r, n, a_n), d = kept, d_state[0]
        d_n = d * (1 - z) * (1 - n * n)
        d_z = d * (state[0] - n) * z * (1 - z)
        d_r = d_n * a_n * r * (1 - r)
        return np.concatenate([d_z, d_r, d_n], 1), np.concatenate([d_z, d_r, d_n * r], 1), (d * z,)


class Lstm(Recurrent):
    """State h and c. c' = f c + i g, h' = o tanh(c')."""

    gates, parts = 4, 2

    def step(self, from_x, from_h, state):
        i, o, f, g = self.split(from_x + from_h)
        i, o, f, g = sigmoid(i), sigmoid(o), sigmoid(f), np.tanh(g)
        c = f * state[1] + i * g
        return (o * np.tanh(c), c), (i, o, f, g, np.tanh(c))

    def step_backward(self, d_state, kept, state):
        (i, o, f, g, squashed), (d_h, d_c) = kept, d_state
        d_c = d_c + d_h * o * (1 - squashed * squashed)
        d_o = d_h * squashed * o * (1 - o)
        rows = np.concatenate([d_c * g * i * (1 - i), d_o, d_c * state[1] * f * (1 - f), d_c * i * (1 - g * g)], 1)
        return rows, rows, (np.zeros_like(d_h), d_c * f)
