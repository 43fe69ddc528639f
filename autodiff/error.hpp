// What goes wrong, in words a user can act on.
#pragma once

#include <stdexcept>
#include <string>

#include "layout.hpp"

namespace gradus {

/// Every error this library throws is an Error; its text says what was expected and what came.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Operands whose shapes do not fit.
class ShapeError : public Error {
 public:
  using Error::Error;
};

/// A variable of another tape or of a cleared one, an adjoint that was not kept, a tape that is full.
class TapeError : public Error {
 public:
  using Error::Error;
};

/// Variables of two tapes in one operation.
class OtherTapeError : public TapeError {
 public:
  using TapeError::TapeError;
};

/// "3×4"
std::string shape_text(Index rows, Index cols);

[[noreturn]] void throw_shapes_differ(const char* operation, Index rows, Index cols, Index other_rows,
                                      Index other_cols);
[[noreturn]] void throw_inner_sizes_differ(Index rows, Index cols, Index other_rows, Index other_cols);
[[noreturn]] void throw_contribution_differs(const char* operation, Index rows, Index cols, Index operand_rows,
                                             Index operand_cols);
[[noreturn]] void throw_not_square(const char* operation, Index rows, Index cols);
[[noreturn]] void throw_rows_differ(const char* operation, Index rows, Index cols, Index right_rows, Index right_cols);
[[noreturn]] void throw_singular(const char* operation, Index pivot);
[[noreturn]] void throw_not_positive_definite(const char* operation, Index minor);
[[noreturn]] void throw_rank_deficient(const char* operation, Index rows, Index cols, Index rank);
[[noreturn]] void throw_out_of_range(const char* view, const Layout& of, const Layout& asked, Index row, Index col);
[[noreturn]] void throw_not_scalar(const char* operation, Index rows, Index cols);
[[noreturn]] void throw_empty(const char* operation, Index rows, Index cols);
[[noreturn]] void throw_other_tape();
[[noreturn]] void throw_cleared();
[[noreturn]] void throw_captured();
[[noreturn]] void throw_not_repeated(Index size, Index size_again);
[[noreturn]] void throw_tape_full();
[[noreturn]] void throw_no_adjoint(const char* why);

}  // namespace gradus
