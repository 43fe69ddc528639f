#include "sparse.hpp"

#include <Eigen/SparseCholesky>
#include <Eigen/SparseLU>

#include "dense.hpp"

namespace gradus::kernels {
namespace {
template <class S>
auto sparse_map(const SparseStructure& s, const S* values) {
  return Eigen::Map<const Eigen::SparseMatrix<S>>(s.rows, s.cols, static_cast<Index>(s.row_indices.size()),
                                                  s.starts.data(), s.row_indices.data(), values);
}
}  // namespace

template <class S>
struct SparseLuFactors<S>::Solver {
  Eigen::SparseLU<Eigen::SparseMatrix<S>, Eigen::COLAMDOrdering<int>> lu;
};
template <class S>
SparseLuFactors<S>::SparseLuFactors(const SparseStructure& structure, const S* values)
    : solver_(std::make_unique<Solver>()) {
  solver_->lu.compute(sparse_map(structure, values));
}
template <class S>
SparseLuFactors<S>::~SparseLuFactors() = default;
template <class S>
Index SparseLuFactors<S>::rows() const {
  return solver_->lu.rows();
}
template <class S>
bool SparseLuFactors<S>::succeeded() const {
  return solver_->lu.info() == Eigen::Success;
}
template <class S>
void SparseLuFactors<S>::solve(const View<const S>& b, const View<S>& x, bool transposed) const {
  if (x.size() == 0) return;
  const Dense<S> right = strided_map(b);
  if (transposed)
    dense_map(x.data, x.rows, x.cols) = solver_->lu.transpose().solve(right);
  else
    dense_map(x.data, x.rows, x.cols) = solver_->lu.solve(right);
}

template <class S>
struct SparseCholeskyFactors<S>::Solver {
  Eigen::SimplicialLDLT<Eigen::SparseMatrix<S>, Eigen::Lower> ldlt;
};
template <class S>
SparseCholeskyFactors<S>::SparseCholeskyFactors(const SparseStructure& structure, const S* values)
    : solver_(std::make_unique<Solver>()) {
  solver_->ldlt.compute(sparse_map(structure, values));
}
template <class S>
SparseCholeskyFactors<S>::~SparseCholeskyFactors() = default;
template <class S>
Index SparseCholeskyFactors<S>::rows() const {
  return solver_->ldlt.rows();
}
template <class S>
bool SparseCholeskyFactors<S>::succeeded() const {
  return solver_->ldlt.info() == Eigen::Success && (solver_->ldlt.vectorD().array() > S(0)).all();
}
template <class S>
void SparseCholeskyFactors<S>::solve(const View<const S>& b, const View<S>& x, bool) const {
  if (x.size() == 0) return;
  const Dense<S> right = strided_map(b);
  dense_map(x.data, x.rows, x.cols) = solver_->ldlt.solve(right);
}

template class SparseLuFactors<float>;
template class SparseLuFactors<double>;
template class SparseCholeskyFactors<float>;
template class SparseCholeskyFactors<double>;

}  // namespace gradus::kernels
