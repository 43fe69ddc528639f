// Orders in which greedy colourings go over the vertices of a graph.
#include "ordering.hpp"

#include <algorithm>

namespace gradus::detail {

DegreeBuckets::DegreeBuckets(std::vector<Index> degrees)
    : degrees_(std::move(degrees)),
      place_(degrees_.size(), -1),
      buckets_(degrees_.empty() ? 1 : static_cast<std::size_t>(*std::ranges::max_element(degrees_)) + 1) {
  // Of equal degrees the last is taken first, so that the order from the back is the natural one.
  for (std::size_t v = 0; v < degrees_.size(); ++v) insert(static_cast<int>(v));
}

void DegreeBuckets::insert(int vertex) {
  const auto v = static_cast<std::size_t>(vertex);
  auto& bucket = buckets_[static_cast<std::size_t>(degrees_[v])];
  place_[v] = static_cast<Index>(bucket.size());
  bucket.push_back(vertex);
}

void DegreeBuckets::remove(int vertex) {
  const auto v = static_cast<std::size_t>(vertex);
  auto& bucket = buckets_[static_cast<std::size_t>(degrees_[v])];
  const int last = bucket.back();
  bucket[static_cast<std::size_t>(place_[v])] = last;
  place_[static_cast<std::size_t>(last)] = place_[v];
  bucket.pop_back();
  place_[v] = -1;
}

int DegreeBuckets::take_smallest() {
  while (buckets_[lowest_].empty()) ++lowest_;
  const int vertex = buckets_[lowest_].back();
  remove(vertex);
  return vertex;
}

void DegreeBuckets::decrease(int vertex) {
  const auto v = static_cast<std::size_t>(vertex);
  remove(vertex);
  lowest_ = std::min(lowest_, static_cast<std::size_t>(--degrees_[v]));
  insert(vertex);
}

}  // namespace gradus::detail
