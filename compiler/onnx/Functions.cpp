#include "compiler/onnx/Functions.h"

#include <fmt/format.h>

#include <set>

namespace lockstep {

namespace {

constexpr int kMaximumNodes = 1000000;

using Names = std::map<std::string, std::string>;
using Attributes = std::map<std::string, const onnx::AttributeProto *>;

/// Renames and binds the nodes of a function for one call.
class Binder {
public:
  Binder(const onnx::NodeProto &call, const onnx::FunctionProto &function, std::string prefix)
      : prefix(std::move(prefix)) {
    for (int i = 0; i < function.input_size(); ++i)
      names[function.input(i)] = i < call.input_size() ? call.input(i) : "";
    for (int i = 0; i < function.output_size(); ++i)
      if (i < call.output_size() && !call.output(i).empty())
        names[function.output(i)] = call.output(i);
    for (const onnx::AttributeProto &attribute : call.attribute())
      attributes[attribute.name()] = &attribute;
  }

  onnx::NodeProto bound(onnx::NodeProto node) {
    bindNode(node, names);
    return node;
  }

private:
  /// What a name inside of the function is called outside.
  std::string renamed(const std::string &name, Names &scope) const {
    if (name.empty())
      return name;
    return scope.emplace(name, prefix + name).first->second;
  }

  void bindNode(onnx::NodeProto &node, Names &scope) const {
    for (std::string &input : *node.mutable_input())
      input = renamed(input, scope);
    bindAttributes(node, scope);
    for (std::string &output : *node.mutable_output())
      output = renamed(output, scope);
  }

  void bindAttributes(onnx::NodeProto &node, Names &scope) const {
    onnx::NodeProto kept;
    for (onnx::AttributeProto &attribute : *node.mutable_attribute()) {
      if (attribute.ref_attr_name().empty()) {
        if (attribute.has_g())
          bindGraph(*attribute.mutable_g(), scope);
        for (onnx::GraphProto &graph : *attribute.mutable_graphs())
          bindGraph(graph, scope);
        *kept.add_attribute() = attribute;
      } else if (auto found = attributes.find(attribute.ref_attr_name()); found != attributes.end()) {
        onnx::AttributeProto *value = kept.add_attribute();
        *value = *found->second;
        value->set_name(attribute.name());
      } // else: absent, so the operator's default holds
    }
    node.mutable_attribute()->Swap(kept.mutable_attribute());
  }

  void bindGraph(onnx::GraphProto &graph, const Names &outer) const {
    Names scope = outer;
    for (onnx::ValueInfoProto &input : *graph.mutable_input())
      input.set_name(define(input.name(), scope));
    for (onnx::TensorProto &tensor : *graph.mutable_initializer())
      tensor.set_name(define(tensor.name(), scope));
    for (onnx::NodeProto &node : *graph.mutable_node()) {
      for (const std::string &output : node.output())
        define(output, scope);
      bindNode(node, scope);
    }
    for (onnx::ValueInfoProto &output : *graph.mutable_output())
      output.set_name(renamed(output.name(), scope));
    for (onnx::ValueInfoProto &value : *graph.mutable_value_info())
      value.set_name(renamed(value.name(), scope));
  }

  /// A name of an inner graph, which hides the outer ones.
  std::string define(const std::string &name, Names &scope) const {
    return name.empty() ? name : scope[name] = prefix + name;
  }

  std::string prefix;
  Names names;
  Attributes attributes;
};

using FunctionTable = std::map<std::pair<std::string, std::string>, const onnx::FunctionProto *>;

/// Expands calls in lists of nodes, functions within functions too.
class Expander {
public:
  explicit Expander(const onnx::ModelProto &model) {
    for (const onnx::FunctionProto &function : model.functions())
      table[{function.domain(), function.name()}] = &function;
  }

  Status nodes(google::protobuf::RepeatedPtrField<onnx::NodeProto> &list) {
    google::protobuf::RepeatedPtrField<onnx::NodeProto> expanded;
    for (onnx::NodeProto &node : list)
      if (Status status = this->node(node, expanded); !status)
        return status;
    list.Swap(&expanded);
    return {};
  }

private:
  Status node(onnx::NodeProto &node, google::protobuf::RepeatedPtrField<onnx::NodeProto> &to) {
    if (++total > kMaximumNodes)
      return Error{ErrorKind::Model, fmt::format("functions expand to more than {} nodes", kMaximumNodes)};
    for (onnx::AttributeProto &attribute : *node.mutable_attribute())
      if (attribute.has_g())
        if (Status status = nodes(*attribute.mutable_g()->mutable_node()); !status)
          return status;
    const auto found = table.find({node.domain(), node.op_type()});
    if (found == table.end()) {
      to.Add()->Swap(&node);
      return {};
    }
    return call(node, *found->second, to);
  }

  Status call(const onnx::NodeProto &node, const onnx::FunctionProto &function,
              google::protobuf::RepeatedPtrField<onnx::NodeProto> &to) {
    if (!active.insert(&function).second)
      return Error{ErrorKind::Model, fmt::format("function '{}' calls itself", function.name())};
    const std::string prefix = fmt::format("{}#{}/", function.name(), ++calls);
    for (onnx::NodeProto &inner : nodesOfCall(node, function, prefix))
      if (Status status = this->node(inner, to); !status)
        return status;
    active.erase(&function);
    return {};
  }

  FunctionTable table;
  std::set<const onnx::FunctionProto *> active;
  int total = 0, calls = 0;
};

} // namespace

std::vector<onnx::NodeProto> nodesOfCall(const onnx::NodeProto &call, const onnx::FunctionProto &function,
                                         const std::string &prefix) {
  Binder binder(call, function, prefix);
  std::vector<onnx::NodeProto> nodes;
  for (const onnx::NodeProto &node : function.node()) {
    nodes.push_back(binder.bound(node));
    if (!nodes.back().name().empty())
      nodes.back().set_name(prefix + nodes.back().name());
  }
  return nodes;
}

Status expandFunctions(onnx::ModelProto &model) {
  if (model.functions_size() == 0)
    return {};
  Expander expander(model);
  if (Status status = expander.nodes(*model.mutable_graph()->mutable_node()); !status)
    return status;
  for (const onnx::FunctionProto &function : model.functions())
    for (const onnx::OperatorSetIdProto &wanted : function.opset_import()) {
      bool known = false;
      for (const onnx::OperatorSetIdProto &opset : model.opset_import())
        known |= opset.domain() == wanted.domain();
      if (!known)
        *model.add_opset_import() = wanted;
    }
  model.clear_functions();
  return {};
}

} // namespace lockstep
