#include "workloads/driver/model/SampleSet.h"

#include "compiler/pipeline/TensorInputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace lockstep {

namespace {

using Shape = std::vector<uint64_t>;

Error usage(std::string message) { return {ErrorKind::Usage, std::move(message)}; }

std::string describe(const NamedTensor &array) {
  return fmt::format("{} {} {}", array.name.empty() ? "(without name)" : array.name,
                     array.tensor.element_type, shapeText(array.tensor.shape));
}

std::string namesOf(const NamedTensors &arrays) {
  std::string names;
  for (const NamedTensor &array : arrays)
    names += (names.empty() ? "" : ", ") + describe(array);
  return names.empty() ? "none" : names;
}

bool sameFrom(const Shape &a, size_t fromA, const Shape &b, size_t fromB) {
  return a.size() - fromA == b.size() - fromB && std::equal(a.begin() + fromA, a.end(), b.begin() + fromB);
}

Status append(NamedTensors &arrays, NamedTensor added) {
  auto same = std::find_if(arrays.begin(), arrays.end(),
                           [&](const NamedTensor &each) { return each.name == added.name; });
  if (same == arrays.end()) {
    arrays.push_back(std::move(added));
    return {};
  }
  Tensor &first = same->tensor;
  const Tensor &second = added.tensor;
  if (first.shape.empty() || second.shape.empty() || first.element_type != second.element_type ||
      !sameFrom(first.shape, 1, second.shape, 1))
    return usage(fmt::format("{} cannot follow {} along axis 0", describe(added), describe(*same)));
  first.shape[0] += second.shape[0];
  first.bytes.insert(first.bytes.end(), second.bytes.begin(), second.bytes.end());
  return {};
}

bool isLabel(const std::string &name) { return name == "label" || name == "labels"; }

const NamedTensor *findArray(const NamedTensors &arrays, const std::string &name) {
  for (const NamedTensor &array : arrays)
    if (array.name == name)
      return &array;
  return nullptr;
}

/// The array for the input: of its name, or the only one that no other input names.
const NamedTensor *arrayFor(const NamedTensors &arrays, const NamedTensors &inputs, const std::string &name) {
  if (const NamedTensor *array = findArray(arrays, name))
    return array;
  const NamedTensor *only = nullptr;
  for (const NamedTensor &array : arrays) {
    if (isLabel(array.name) || findArray(inputs, array.name))
      continue;
    if (only)
      return nullptr;
    only = &array;
  }
  auto isNamed = [&](const NamedTensor &input) { return findArray(arrays, input.name) != nullptr; };
  return inputs.size() - size_t(std::count_if(inputs.begin(), inputs.end(), isNamed)) == 1 ? only : nullptr;
}

} // namespace

Result<NamedTensors> readArrays(const std::vector<std::string> &files) {
  NamedTensors arrays;
  for (const std::string &argument : files) {
    size_t equals = argument.find('=');
    auto tensors = readTensors(equals == std::string::npos ? argument : argument.substr(equals + 1));
    if (!tensors)
      return tensors.error();
    if (equals != std::string::npos && tensors->size() != 1)
      return usage(
          fmt::format("{}: a name is for a file with one array, this one has {}", argument, tensors->size()));
    for (NamedTensor &tensor : *tensors) {
      if (equals != std::string::npos)
        tensor.name = argument.substr(0, equals);
      if (Status status = append(arrays, std::move(tensor)); !status)
        return Error{ErrorKind::Usage, fmt::format("{}: {}", argument, status.error().message)};
    }
  }
  return arrays;
}

Result<NamedTensors> matchInputs(const NamedTensors &arrays, const NamedTensors &inputs) {
  NamedTensors matched;
  for (const NamedTensor &input : inputs) {
    const NamedTensor *array = arrayFor(arrays, inputs, input.name);
    if (!array)
      return usage(
          fmt::format("no array for the model's input {}; there are: {}", describe(input), namesOf(arrays)));
    Tensor tensor = array->tensor;
    if (tensor.element_type.empty())
      tensor.element_type = input.tensor.element_type, tensor.shape = input.tensor.shape;
    if (tensor.element_type != input.tensor.element_type)
      return usage(fmt::format("array {} is given for the model's input {}; the types must be equal",
                               describe(*array), describe(input)));
    if (tensor.bytes.size() != elementCount(tensor.shape) * elementBytes(tensor.element_type))
      return usage(fmt::format("array {} has {} bytes, the model's input {} wants {}", describe(*array),
                               tensor.bytes.size(), describe(input),
                               elementCount(tensor.shape) * elementBytes(tensor.element_type)));
    matched.push_back({input.name, std::move(tensor)});
  }
  return matched;
}

/// How an array is cut for the model's input: errors as of make().
Result<SampleSet::Input> SampleSet::cut(const NamedTensor &matched, const NamedTensor &input) {
  const Shape &array = matched.tensor.shape, &shape = input.tensor.shape;
  Input cut{matched, shape, elementCount(shape) * elementBytes(input.tensor.element_type)};
  if (!shape.empty() && array.size() == shape.size() && sameFrom(array, 1, shape, 1) && shape[0] > 0) {
    cut.samples = array[0], cut.samples_per_run = shape[0];
    cut.runs = (cut.samples + cut.samples_per_run - 1) / cut.samples_per_run;
  } else if (!array.empty() && sameFrom(array, 1, shape, 0)) {
    cut.samples = cut.runs = array[0];
  } else if (array != shape) {
    return usage(fmt::format("array {} does not fit the model's input {}: samples lie along axis 0",
                             describe(matched), describe(input)));
  }
  if (cut.runs == 0)
    return usage(fmt::format("array {} holds no samples", describe(matched)));
  return cut;
}

Result<SampleSet> SampleSet::make(const NamedTensors &matched, const NamedTensors &inputs) {
  SampleSet set;
  for (size_t i = 0; i < matched.size(); ++i) {
    auto input = cut(matched[i], inputs[i]);
    if (!input)
      return input.error();
    set.list.push_back(std::move(*input));
  }
  if (set.list.empty()) {
    set.num_runs = 1;
    return set;
  }
  const Input &first = set.list.front();
  set.num_runs = first.runs, set.num_samples = first.samples, set.samples_per_run = first.samples_per_run;
  const auto isLikeFirst = [&](const Input &input) { return input.samples_per_run == first.samples_per_run; };
  if (!std::all_of(set.list.begin(), set.list.end(), isLikeFirst))
    set.num_samples = first.runs, set.samples_per_run = 1;
  for (const Input &input : set.list)
    if (Status status = set.checkCount(input); !status)
      return status.error();
  return set;
}

/// Of a sample for each run, or the same number of samples as the first input.
Status SampleSet::checkCount(const Input &input) const {
  const Input &first = list.front();
  const bool areRuns = samples_per_run != input.samples_per_run;
  if (areRuns && input.samples != input.runs * input.samples_per_run)
    return usage(
        fmt::format("array {} holds {} samples; a run of the model takes {}, of other inputs another "
                    "number, so that only whole runs are allowed",
                    describe(input.array), input.samples, input.samples_per_run));
  if (input.runs == first.runs && (samples_per_run == 1 || input.samples == first.samples))
    return {};
  return usage(fmt::format("array {} holds {} samples, {} for a run, but {} holds {}, {} for a run",
                           describe(input.array), input.samples, input.samples_per_run, describe(first.array),
                           first.samples, first.samples_per_run));
}

NamedTensors SampleSet::run(size_t index) const {
  NamedTensors inputs;
  for (const Input &input : list) {
    const Tensor &array = input.array.tensor;
    Tensor tensor = zeroTensor(array.element_type, input.shape);
    size_t begin = std::min<size_t>(index * input.run_bytes, array.bytes.size());
    size_t size = std::min<size_t>(input.run_bytes, array.bytes.size() - begin);
    std::memcpy(tensor.bytes.data(), array.bytes.data() + begin, size);
    inputs.push_back({input.array.name, std::move(tensor)});
  }
  return inputs;
}

NamedTensors SampleSet::arrays(size_t samples) const {
  const size_t runs = (samples + samples_per_run - 1) / samples_per_run;
  NamedTensors first;
  for (const Input &input : list) {
    Tensor tensor = input.array.tensor;
    const size_t rows = runs * input.samples_per_run;
    if (!tensor.shape.empty() && tensor.shape[0] > rows) {
      tensor.bytes.resize(tensor.bytes.size() / tensor.shape[0] * rows);
      tensor.shape[0] = rows;
    }
    first.push_back({input.array.name, std::move(tensor)});
  }
  return first;
}

void SampleSet::keep(size_t count) {
  num_samples = std::min(num_samples, count);
  num_runs = std::min(num_runs, (num_samples + samples_per_run - 1) / samples_per_run);
}

void OutputCollector::add(const NamedTensors &outputs) {
  size_t each = samples.samplesPerRun(), left = samples.numSamples() - num_runs * each,
         added = std::min(each, left);
  ++num_runs;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const Tensor &output = outputs[i].tensor;
    bool batched = !output.shape.empty() && output.shape[0] == each;
    if (collected.size() <= i) {
      collected.push_back({outputs[i].name, {output.element_type, output.shape, {}}});
      Shape &shape = collected[i].tensor.shape;
      if (batched)
        shape[0] = 0;
      else
        shape.insert(shape.begin(), 0);
    }
    Tensor &array = collected[i].tensor;
    array.shape[0] += batched ? added : 1;
    size_t bytes = batched ? output.bytes.size() / each * added : output.bytes.size();
    array.bytes.insert(array.bytes.end(), output.bytes.begin(), output.bytes.begin() + ptrdiff_t(bytes));
  }
}

Result<std::vector<int64_t>> predictionsOf(const Tensor &scores) {
  if (scores.element_type != "float32" || scores.shape.size() < 2 || elementCount(scores.shape) == 0)
    return usage(fmt::format("an accuracy needs float32 scores [samples, classes], not {} {}",
                             scores.element_type, shapeText(scores.shape)));
  std::vector<float> values(scores.bytes.size() / 4);
  std::memcpy(values.data(), scores.bytes.data(), values.size() * 4);
  size_t samples = scores.shape[0], classes = values.size() / samples;
  std::vector<int64_t> predictions;
  for (size_t i = 0; i < samples; ++i) {
    auto first = values.begin() + ptrdiff_t(i * classes);
    predictions.push_back(std::max_element(first, first + ptrdiff_t(classes)) - first);
  }
  return predictions;
}

Result<std::vector<int64_t>> labelsOf(const Tensor &labels) {
  uint64_t bytes = elementBytes(labels.element_type);
  const std::string &type = labels.element_type;
  if (bytes == 0 || (type.compare(0, 3, "int") != 0 && type.compare(0, 4, "uint") != 0))
    return usage(fmt::format("labels are integers, not {} {}", type, shapeText(labels.shape)));
  std::vector<int64_t> list(labels.bytes.size() / bytes);
  for (size_t i = 0; i < list.size(); ++i) {
    std::memcpy(&list[i], labels.bytes.data() + i * bytes, bytes); // little-endian
    if (type[0] == 'i' && bytes < 8)
      list[i] = int64_t(uint64_t(list[i]) << (64 - 8 * bytes)) >> (64 - 8 * bytes);
  }
  return list;
}

Result<double> accuracyOf(const std::vector<int64_t> &predictions, const std::vector<int64_t> &labels) {
  if (labels.size() < predictions.size() || predictions.empty())
    return usage(fmt::format("{} labels do not suffice for {} samples", labels.size(), predictions.size()));
  size_t equal = 0;
  for (size_t i = 0; i < predictions.size(); ++i)
    equal += predictions[i] == labels[i];
  return 100.0 * double(equal) / double(predictions.size());
}

} // namespace lockstep
