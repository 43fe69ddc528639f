// Star and acyclic colouring.
#include <algorithm>

#include "colouring.hpp"
#include "ordering.hpp"

namespace gradus {

namespace {

/// The vertices of two colours, with the edges between them, fall into connected parts: stars or trees. A vertex w and
/// a colour c know one such part: that of w's edges to neighbours of colour c.
struct PartOfColour {
  int colour;
  int part;
};

/// What both colourings have in common: greedy, with the two-coloured parts known for every vertex.
class SymmetricColouring {
 public:
  SymmetricColouring(const SparsityPattern& pattern, Ordering ordering) : pattern_(pattern), ordering_(ordering) {
    check_valid(pattern);
    check_symmetric(pattern);
  }

  template <class Rule>
  Colouring colour(Rule rule) {
    const auto n = static_cast<std::size_t>(pattern_.rows);
    result_ = {std::vector<int>(n, -1), 0};
    parts_.resize(n);
    const auto all_neighbours = [&](int v, const auto& visit) {
      for (const int w : pattern_.row(v))
        if (w != v) visit(w);
    };
    for (const int v : detail::ordered(pattern_.rows, ordering_, all_neighbours)) {
      if (pattern_.row(v).empty()) continue;
      coloured_.clear();
      all_neighbours(v, [&](int w) {
        if (colour_of(w) >= 0) coloured_.push_back(w);
      });
      int are_forbidden = 0;
      for (const int w : coloured_) {
        are_forbidden += forbidden_[static_cast<std::size_t>(colour_of(w))] != v;
        forbid(colour_of(w), v);
      }
      const int before = result_.count;
      if (are_forbidden < before) rule.forbid_others(*this, v);
      const int c = detail::smallest_allowed(forbidden_, v, result_.count);
      result_.colours[static_cast<std::size_t>(v)] = c;
      is_new_ = c == before;
      own_part_.resize(static_cast<std::size_t>(result_.count), -1);
      for (const int w : coloured_) join(rule, v, w);
      for (const PartOfColour& own : parts_[static_cast<std::size_t>(v)]) own_part(own.colour) = -1;
    }
    return std::move(result_);
  }

  int colour_of(int v) const { return result_.colours[static_cast<std::size_t>(v)]; }
  void forbid(int colour, int v) { forbidden_[static_cast<std::size_t>(colour)] = v; }
  /// The neighbours of the vertex in turn that have a colour.
  const std::vector<int>& coloured() const { return coloured_; }
  const std::vector<PartOfColour>& parts(int w) const { return parts_[static_cast<std::size_t>(w)]; }

 private:
  int& own_part(int colour) { return own_part_[static_cast<std::size_t>(colour)]; }

  // The edge v–w becomes one of a part: of w's with v's colour, of v's with w's colour, or of a new one.
  template <class Rule>
  void join(Rule& rule, int v, int w) {
    auto& of_w = parts_[static_cast<std::size_t>(w)];
    const int c = colour_of(v), p = colour_of(w);
    const auto found = is_new_ ? of_w.end() : std::ranges::find(of_w, c, &PartOfColour::colour);
    const int by_w = found != of_w.end() ? found->part : -1, by_v = own_part(p);
    const int part = rule.joined(v, w, by_v, by_w);
    if (by_w < 0) of_w.push_back({c, part});
    if (by_v < 0) {
      parts_[static_cast<std::size_t>(v)].push_back({p, part});
      own_part(p) = part;
    }
  }

  const SparsityPattern& pattern_;
  Ordering ordering_;
  Colouring result_;
  std::vector<std::vector<PartOfColour>> parts_;  // by vertex, one for every colour among its neighbours
  std::vector<int> forbidden_;                    // by colour: the vertex it was last forbidden to
  std::vector<int> coloured_;
  std::vector<int> own_part_;  // by colour, of the vertex in turn
  bool is_new_ = false;        // its colour
};

/// Parts are stars: one edge, or a hub with several spokes.
class Stars {
 public:
  void forbid_others(SymmetricColouring& colouring, int v) {
    for (const int w : colouring.coloured()) {
      const auto p = static_cast<std::size_t>(colouring.colour_of(w));
      if (p >= neighbour_.size()) neighbour_.resize(p + 1, {-1, -1, false});
      Neighbour& first = neighbour_[p];
      if (first.of != v) {
        first = {v, w, false};
        continue;
      }
      // v becomes the hub of a star of w's colour, whose spokes must have no neighbours of v's colour.
      if (!first.is_spoke) forbid_around(colouring, first.vertex, v);
      first.is_spoke = true;
      forbid_around(colouring, w, v);
    }
    for (const int w : colouring.coloured()) {
      if (neighbour_[static_cast<std::size_t>(colouring.colour_of(w))].is_spoke) continue;
      // w becomes the hub of a star with v, so it must not be a spoke of another hub's.
      for (const PartOfColour& star : colouring.parts(w)) {
        const int hub = hubs_[static_cast<std::size_t>(star.part)];
        if (hub >= 0 && hub != w) colouring.forbid(star.colour, v);
      }
    }
  }

  int joined(int v, int w, int by_v, int by_w) {
    if (by_w >= 0) return hubs_[static_cast<std::size_t>(by_w)] = w, by_w;
    if (by_v >= 0) return hubs_[static_cast<std::size_t>(by_v)] = v, by_v;
    hubs_.push_back(-1);  // of a single edge, either end can be it
    return static_cast<int>(hubs_.size()) - 1;
  }

 private:
  struct Neighbour {  // the first of a colour
    int of, vertex;
    bool is_spoke;
  };
  static void forbid_around(SymmetricColouring& colouring, int w, int v) {
    for (const PartOfColour& star : colouring.parts(w)) colouring.forbid(star.colour, v);
  }

  std::vector<int> hubs_;  // by star; −1 while it is a single edge
  std::vector<Neighbour> neighbour_;
};

/// Parts are trees; those that meet in a vertex become one.
class Trees {
 public:
  void forbid_others(SymmetricColouring& colouring, int v) {
    reached_.resize(parents_.size(), -1);
    for (const int w : colouring.coloured())
      for (const PartOfColour& tree : colouring.parts(w)) {
        int& reached = reached_[static_cast<std::size_t>(root(tree.part))];
        if (reached == v) colouring.forbid(tree.colour, v);  // with this colour v would close a cycle
        reached = v;
      }
  }

  int joined(int, int, int by_v, int by_w) {
    if (by_v >= 0 && by_w >= 0) return parents_[static_cast<std::size_t>(root(by_v))] = root(by_w);
    if (by_v >= 0) return by_v;
    if (by_w >= 0) return by_w;
    parents_.push_back(static_cast<int>(parents_.size()));
    return parents_.back();
  }

 private:
  int root(int tree) {
    while (true) {
      int& parent = parents_[static_cast<std::size_t>(tree)];
      if (parent == tree) return tree;
      parent = parents_[static_cast<std::size_t>(parent)];
      tree = parent;
    }
  }

  std::vector<int> parents_;
  std::vector<int> reached_;  // by tree: the vertex from which it was last reached
};

}  // namespace

Colouring star_colouring(const SparsityPattern& symmetric, Ordering ordering) {
  return SymmetricColouring(symmetric, ordering).colour(Stars());
}

Colouring acyclic_colouring(const SparsityPattern& symmetric, Ordering ordering) {
  return SymmetricColouring(symmetric, ordering).colour(Trees());
}

}  // namespace gradus
