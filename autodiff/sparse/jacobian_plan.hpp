// In which sweeps a sparse Jacobian is computed.
#pragma once

#include "recovery.hpp"

namespace gradus {

/// What one sweep computes sums of.
enum class Compression {
  automatic,  // whatever takes the fewest sweeps
  columns,    // Jacobian-vector products: forward sweeps (an operation with a pullback only takes a pull for each
              // element of its result)
  rows,       // vector-Jacobian products: reverse sweeps
  both        // full rows by rows and the rest by columns, or full columns by columns and the rest by rows
};

struct JacobianOptions {
  Compression compression = Compression::automatic;
  Ordering ordering = Ordering::natural;
};

/// The sweeps that a Jacobian of a given pattern takes and how its entries follow from them. A value that depends on
/// the pattern alone: it serves every function of that pattern, at every x, in any thread.
class JacobianPlan {
 public:
  /// Throws Error if the pattern is not valid.
  explicit JacobianPlan(SparsityPattern pattern, const JacobianOptions& options = {});

  const SparsityPattern& pattern() const { return pattern_; }
  /// Columns of one colour share a Jacobian-vector product, rows of one colour a vector-Jacobian product.
  const Colouring& columns() const { return columns_; }
  const Colouring& rows() const { return rows_; }
  int sweeps() const { return columns_.count + rows_.count; }

  // For the driver: sweeps are numbered, those over columns first.
  const detail::CompressedColumns& layout() const { return layout_; }
  const detail::DirectRecovery& recovery() const { return recovery_; }

 private:
  SparsityPattern pattern_;
  Colouring columns_, rows_;
  detail::CompressedColumns layout_;
  detail::DirectRecovery recovery_;
};

}  // namespace gradus
