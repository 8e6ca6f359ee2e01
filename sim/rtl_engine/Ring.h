// A queue in a power-of-two ring that grows when it must: no allocation in the steady state.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace lockstep {

template <typename T> class Ring {
public:
  bool empty() const { return head == tail; }
  size_t size() const { return tail - head; }
  T &front() { return slots[head & (slots.size() - 1)]; }
  T &back() { return slots[(tail - 1) & (slots.size() - 1)]; }
  T &operator[](size_t index) { return slots[(head + index) & (slots.size() - 1)]; }
  void pop() { ++head; }

  void push(T value) {
    if (size() == slots.size())
      grow();
    slots[tail++ & (slots.size() - 1)] = std::move(value);
  }

private:
  void grow() {
    std::vector<T> larger(slots.size() * 2);
    const size_t count = size();
    for (size_t i = 0; i < count; ++i)
      larger[i] = std::move((*this)[i]);
    slots = std::move(larger);
    head = 0;
    tail = count;
  }

  std::vector<T> slots = std::vector<T>(64);
  size_t head = 0, tail = 0;
};

} // namespace lockstep
