#include "error.hpp"

namespace gradus {

std::string shape_text(Index rows, Index cols) { return std::to_string(rows) + "×" + std::to_string(cols); }

void throw_shapes_differ(const char* operation, Index rows, Index cols, Index other_rows, Index other_cols) {
  throw ShapeError(std::string(operation) + ": expected operands of one shape, got " + shape_text(rows, cols) +
                   " and " + shape_text(other_rows, other_cols));
}

void throw_inner_sizes_differ(Index rows, Index cols, Index other_rows, Index other_cols) {
  throw ShapeError("matrix product: expected as many columns on the left as rows on the right, got " +
                   shape_text(rows, cols) + " times " + shape_text(other_rows, other_cols));
}

void throw_contribution_differs(const char* operation, Index rows, Index cols, Index operand_rows, Index operand_cols) {
  throw ShapeError(std::string(operation) + ": expected its pullback to contribute a " +
                   shape_text(operand_rows, operand_cols) + " matrix to an operand of that shape, got " +
                   shape_text(rows, cols));
}

void throw_not_square(const char* operation, Index rows, Index cols) {
  throw ShapeError(std::string(operation) + ": expected a square matrix, got " + shape_text(rows, cols));
}

void throw_rows_differ(const char* operation, Index rows, Index cols, Index right_rows, Index right_cols) {
  throw ShapeError(std::string(operation) + ": expected a right-hand side with as many rows as the matrix, got a " +
                   shape_text(rows, cols) + " matrix and " + shape_text(right_rows, right_cols));
}

void throw_singular(const char* operation, Index pivot) {
  throw Error(std::string(operation) + ": expected a nonsingular matrix; pivot " + std::to_string(pivot) +
              " (from 0) of its factorization is zero");
}

void throw_not_positive_definite(const char* operation, Index minor) {
  throw Error(std::string(operation) + ": expected a symmetric positive definite matrix; its leading minor of order " +
              std::to_string(minor) + " is not positive");
}

void throw_rank_deficient(const char* operation, Index rows, Index cols, Index rank) {
  throw Error(std::string(operation) + ": expected a matrix of full rank, got a " + shape_text(rows, cols) +
              " matrix of rank " + std::to_string(rank));
}

void throw_out_of_range(const char* view, const Layout& of, const Layout& asked, Index row, Index col) {
  throw ShapeError(std::string(view) + ": expected a part of a " + shape_text(of.rows, of.cols) + " matrix, got " +
                   shape_text(asked.rows, asked.cols) + " at row " + std::to_string(row) + ", column " +
                   std::to_string(col));
}

void throw_not_scalar(const char* operation, Index rows, Index cols) {
  throw ShapeError(std::string(operation) + ": expected a scalar to differentiate, got a " + shape_text(rows, cols) +
                   " matrix; sum() it, or give its adjoint: tape.backward(y, seed)");
}

void throw_empty(const char* operation, Index rows, Index cols) {
  throw ShapeError(std::string(operation) + ": expected at least one element, got a " + shape_text(rows, cols) +
                   " matrix");
}

void throw_other_tape() {
  throw OtherTapeError(
      "expected variables of one tape, got variables of two; evaluate on one tape, or take the value of the other with "
      "value_of(). Inside a function that is differentiated, the argument of another gradient must be of the type of "
      "the "
      "variables that it meets: gradient(f, Var<double>(1.0)), not gradient(f, 1.0)");
}

void throw_cleared() {
  throw TapeError("this variable was recorded before its tape was cleared; make it anew with tape.variable()");
}

void throw_captured() {
  throw TapeError(
      "checkpoint: expected a function of its arguments and of constants, got one that uses another recorded variable, "
      "which would get no derivative; pass the variable too, as in checkpoint(f, x, captured)");
}

void throw_not_repeated(Index size, Index size_again) {
  throw Error("checkpoint: expected a function that computes the same every time, got a result of " +
              std::to_string(size) + " numbers first and of " + std::to_string(size_again) +
              " when it was evaluated again; pass random masks and the like as arguments");
}

void throw_tape_full() {
  throw TapeError("the tape is full: it holds at most 2147483646 scalar variables; split the computation");
}

void throw_no_adjoint(const char* why) { throw TapeError(std::string("adjoint: ") + why); }

}  // namespace gradus
