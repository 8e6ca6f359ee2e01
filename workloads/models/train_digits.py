"""Trains the digits models and writes them, the test split and a calibration batch into a folder.

    /usr/bin/python3 workloads/models/train_digits.py [folder]

Needs python3-numpy, python3-sklearn (for the data) and python3-onnx. Seeds are fixed and BLAS uses one thread, so
one computer gives the same files each time; another kind of processor may round sums differently.
"""

import os
import sys

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
from sklearn.datasets import load_digits

import layers as nn
import recurrent_layers as rnn
from onnx_export import export

TEST_SAMPLES, CALIBRATION_SAMPLES, BATCH = 400, 64, 64


def load_split():
    """Images [n, 1, 8, 8] from 0 to 1, labels [n]: training, then test. Shuffled once, so writers mix."""
    digits = load_digits()
    images = (digits.images / 16).astype(np.float32)[:, None]
    order = np.random.RandomState(1).permutation(len(images))
    images, labels = images[order], digits.target[order].astype(np.int64)
    return images[TEST_SAMPLES:], labels[TEST_SAMPLES:], images[:TEST_SAMPLES], labels[:TEST_SAMPLES]


def perceptron(random):
    return nn.Sequence([nn.Flatten(), nn.Dense(random, 64, 128), nn.Relu(), nn.Dense(random, 128, 64), nn.Relu(),
                        nn.Dense(random, 64, 10)])


def convolutional(random):
    """About 20,000 weights: convolution, depthwise and pointwise, a residual block, both pools."""
    def block(inputs, outputs, size, depthwise=False):
        return [nn.Conv(random, inputs, outputs, size, depthwise), nn.BatchNorm(outputs)]

    return nn.Sequence(block(1, 16, 3) + [nn.Relu()] + block(16, 16, 3, depthwise=True) + [nn.Relu()]
                       + block(16, 32, 1) + [nn.Relu(), nn.Pool("maximum")]
                       + [nn.Residual(block(32, 32, 3) + [nn.Relu()] + block(32, 32, 3)), nn.Relu()]
                       + [nn.Pool("average"), nn.Flatten(), nn.Dense(random, 128, 10)])


def recurrent(cell, hidden):
    """The eight rows of an image one after the other; what the last one leaves decides."""
    return lambda random: nn.Sequence([rnn.Rows(), cell(random, 8, hidden), nn.Dense(random, hidden, 10)])


def shifted(images, random):
    """Each image moved by up to one pixel in both directions; what enters is 0."""
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    rows, columns = random.randint(0, 3, (2, len(images)))
    return np.stack([p[:, r:r + 8, c:c + 8] for p, r, c in zip(padded, rows, columns)])


def train(network, images, labels, random, epochs):
    optimizer = nn.Adam(network.parameters)
    steps = epochs * (len(images) // BATCH)
    for _ in range(epochs):
        order = random.permutation(len(images))
        for start in range(0, len(images) - BATCH + 1, BATCH):
            chosen = order[start:start + BATCH]
            logits = network.forward(shifted(images[chosen], random), True)
            network.backward(nn.cross_entropy_gradient(logits, labels[chosen]))
            rate = 3e-3 * 0.5 * (1 + np.cos(np.pi * optimizer.steps / steps))
            optimizer.step(network.gradients, rate)


def accuracy(network, images, labels):
    return 100 * np.mean(network.forward(images, False).argmax(1) == labels)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    images, labels, test_images, test_labels = load_split()
    for name, build, epochs in (("digits_mlp", perceptron, 150), ("digits_cnn", convolutional, 60),
                                ("digits_gru", recurrent(rnn.Gru, 56), 250),
                                ("digits_lstm", recurrent(rnn.Lstm, 56), 250)):
        random = np.random.RandomState(7)
        network = build(random)
        train(network, images, labels, random, epochs)
        export(network, name, os.path.join(folder, name + ".onnx"))
        print(f"{name}: training {accuracy(network, images, labels):.2f} %, "
              f"test {accuracy(network, test_images, test_labels):.2f} %")
    np.savez_compressed(os.path.join(folder, "digits_test.npz"), image=test_images, label=test_labels)
    np.savez_compressed(os.path.join(folder, "digits_calibration.npz"), image=images[:CALIBRATION_SAMPLES])


if __name__ == "__main__":
    main()
