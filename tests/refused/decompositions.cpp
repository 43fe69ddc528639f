// Must not compile: every line with a remark gives the error that it names. With -DCONTROL what remains does compile.
#include <Eigen/Dense>
#include <gradus/autodiff/autodiff.hpp>

using Eigen::MatrixXd;
using Recorded = Eigen::Matrix<gradus::Var<double>, Eigen::Dynamic, Eigen::Dynamic>;

// clang-format off
template <class A>
void members(const A& a) {
  (void)a.inverse();
  (void)a.determinant();
#ifndef CONTROL
  (void)a.lu();                               // error: lu() of a recorded matrix: use gradus::solve
  (void)a.partialPivLu();                     // error: partialPivLu() of a recorded matrix: use gradus::solve
  (void)a.fullPivLu();                        // error: fullPivLu() of a recorded matrix: use gradus::solve
  (void)a.llt();                              // error: llt() of a recorded matrix: use gradus::solve_spd
  (void)a.ldlt();                             // error: ldlt() of a recorded matrix: use gradus::solve_spd
  (void)a.householderQr();                    // error: householderQr() of a recorded matrix: use gradus::least_squares
  (void)a.colPivHouseholderQr();              // error: colPivHouseholderQr() of a recorded matrix: use gradus::least_squares
  (void)a.fullPivHouseholderQr();             // error: fullPivHouseholderQr() of a recorded matrix: use gradus::least_squares
  (void)a.completeOrthogonalDecomposition();  // error: completeOrthogonalDecomposition() of a recorded matrix: use gradus::least_squares
  (void)a.jacobiSvd();                        // error: jacobiSvd() of a recorded matrix: for systems use gradus::least_squares
  (void)a.bdcSvd();                           // error: bdcSvd() of a recorded matrix: for systems use gradus::least_squares
  (void)a.eigenvalues();                      // error: eigenvalues() of a recorded matrix: define the function
  (void)a.template triangularView<Eigen::Lower>();   // error: triangularView() of a recorded matrix: use gradus::solve_triangular
  (void)a.template selfadjointView<Eigen::Lower>();  // error: selfadjointView() of a recorded matrix: use gradus::solve_spd
#endif
}

int main() {
  gradus::Tape tape;
  members(tape.variable(MatrixXd::Identity(3, 3)));
  Recorded m(3, 3);
  m.setConstant(tape.variable(1.0));
#ifndef CONTROL
  (void)m.lu();                            // error: Eigen::PartialPivLU of recorded scalars: record the matrix as a whole
  (void)m.fullPivLu();                     // error: Eigen::FullPivLU of recorded scalars: record the matrix as a whole
  (void)m.llt();                           // error: Eigen::LLT of recorded scalars: record the matrix as a whole
  (void)m.ldlt();                          // error: Eigen::LDLT of recorded scalars: record the matrix as a whole
  (void)m.householderQr();                 // error: Eigen::HouseholderQR of recorded scalars: record the matrix as a whole
  Eigen::ColPivHouseholderQR<Recorded> q;  // error: Eigen::ColPivHouseholderQR of recorded scalars: record the matrix as a whole
  Eigen::FullPivHouseholderQR<Recorded> f;  // error: Eigen::FullPivHouseholderQR of recorded scalars: record the matrix as a whole
  Eigen::CompleteOrthogonalDecomposition<Recorded> c;  // error: Eigen::CompleteOrthogonalDecomposition of recorded scalars: record
  Eigen::JacobiSVD<Recorded> j;               // error: Eigen::JacobiSVD of recorded scalars: for systems
  Eigen::BDCSVD<Recorded> b;                  // error: Eigen::BDCSVD of recorded scalars: for systems
  Eigen::EigenSolver<Recorded> e;             // error: Eigen::EigenSolver of recorded scalars: define the function
  Eigen::SelfAdjointEigenSolver<Recorded> s;  // error: Eigen::SelfAdjointEigenSolver of recorded scalars: define the function
#endif
}
