// Runs a model in ONNX Runtime (CPU, default optimizations): node run_model.js REQUEST.json
// request: { model, inputs: [{ name, type, dims, file }], outputs: [names], folder, optimized }
// Files hold raw little-endian bytes. Writes each output to folder/<index>.bin and folder/outputs.json, an array of
// { name, type, dims, file }. `optimized`, if given: where ONNX Runtime writes the model that it made.
'use strict';
const fs = require('fs');
const path = require('path');
const { createRequire } = require('module');
const ort = createRequire(process.env.LOCKSTEP_NODE_MODULES + '/')('onnxruntime-node');

const arrays = {
  float32: Float32Array, float64: Float64Array, int8: Int8Array, uint8: Uint8Array, int16: Int16Array,
  uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array, int64: BigInt64Array, bool: Uint8Array,
};

function read(input) {
  const bytes = fs.readFileSync(input.file);
  const copy = new Uint8Array(bytes).buffer; // aligned
  return new ort.Tensor(input.type, new arrays[input.type](copy), input.dims);
}

async function main() {
  const request = JSON.parse(fs.readFileSync(process.argv[2]));
  const options = { executionProviders: ['cpu'] };
  if (request.optimized) {
    options.graphOptimizationLevel = 'extended';
    options.optimizedModelFilePath = request.optimized;
  }
  const session = await ort.InferenceSession.create(request.model, options);
  const feeds = {};
  for (const input of request.inputs) feeds[input.name] = read(input);
  const results = await session.run(feeds, request.outputs);
  const outputs = request.outputs.map((name, index) => {
    const tensor = results[name];
    const file = path.join(request.folder, `${index}.bin`);
    fs.writeFileSync(file, new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength));
    return { name, type: tensor.type, dims: tensor.dims, file };
  });
  fs.writeFileSync(path.join(request.folder, 'outputs.json'), JSON.stringify(outputs));
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
