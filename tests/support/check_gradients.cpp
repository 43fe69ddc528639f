// The checks of check_gradients.hpp for the arguments that most tests have.
#include "check_gradients.hpp"

namespace gradus::test {

template void check_function<2>(const FunctionReference<2, double>&, const double&);
template void check_function<2>(const FunctionReference<2, double, double>&, const double&, const double&);
template void check_function<2>(const FunctionReference<2, Eigen::VectorXd>&, const Eigen::VectorXd&);
template void check_function<2>(const FunctionReference<2, Eigen::MatrixXd>&, const Eigen::MatrixXd&);
template void check_function<2>(const FunctionReference<2, Eigen::MatrixXd, Eigen::VectorXd>&, const Eigen::MatrixXd&,
                                const Eigen::VectorXd&);
template void check_function<2>(const FunctionReference<2, Eigen::MatrixXd, Eigen::MatrixXd>&, const Eigen::MatrixXd&,
                                const Eigen::MatrixXd&);

}  // namespace gradus::test
