// In which sweeps a sparse Hessian is computed.
#pragma once

#include "recovery.hpp"

namespace gradus {

/// How the entries of a Hessian follow from its products with vectors.
enum class Recovery {
  direct,       // read off: star colouring
  substitution  // solved for one after the other: acyclic colouring, fewer sweeps
};

struct HessianOptions {
  Recovery recovery = Recovery::direct;
  Ordering ordering = Ordering::natural;
};

/// The sweeps that a Hessian of a given pattern takes and how its entries follow from them. A value that depends on the
/// pattern alone: it serves every function of that pattern, at every x, in any thread.
class HessianPlan {
 public:
  /// Throws Error unless the pattern is valid and symmetric.
  explicit HessianPlan(SparsityPattern pattern, const HessianOptions& options = {});

  const SparsityPattern& pattern() const { return pattern_; }
  /// Columns of one colour share a Hessian-vector product.
  const Colouring& colouring() const { return colouring_; }
  int sweeps() const { return colouring_.count; }

  // For the driver.
  const detail::CompressedColumns& layout() const { return layout_; }
  bool substitutes() const { return !steps_.empty(); }
  const detail::DirectRecovery& recovery() const { return recovery_; }
  const std::vector<detail::SubstitutionStep>& steps() const { return steps_; }

 private:
  void plan_reads();
  void plan_steps();
  int colour(int j) const { return colouring_.colours[static_cast<std::size_t>(j)]; }

  SparsityPattern pattern_;
  Colouring colouring_;
  detail::CompressedColumns layout_;
  detail::DirectRecovery recovery_;
  std::vector<detail::SubstitutionStep> steps_;
};

}  // namespace gradus
