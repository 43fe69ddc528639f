// The adjoint method: the gradient of F(v(p)), where E(p) v = b(p), by M parameters p. Directly it takes a solve for
// each of them, E ∂v/∂p_k = ∂b/∂p_k − (∂E/∂p_k) v; by the adjoint it takes one, Eᵀ λ = ∂F/∂v, whatever M is. A dense
// system and a sparse one, both ways, checked to be equal, and timed.
#include <gradus/autodiff/autodiff.hpp>
#include <gradus/autodiff/linear_algebra/sparse.hpp>

#include <Eigen/SparseCore>
#include <algorithm>
#include <chrono>
#include <random>
#include <sstream>

#include "plot.hpp"
#include "program.hpp"

using Eigen::MatrixXd, Eigen::VectorXd;
using gradus::Index;
using Sparse = Eigen::SparseMatrix<double>;

namespace {

struct Options {
  std::vector<Index> parameters = {1, 3, 10, 30, 100, 300, 1000, 3000, 10000};
  Index unknowns = 256;  // of the dense system
  Index grid = 32;       // the sparse system has grid × grid unknowns
  double seconds = 0.1;
  std::string csv = "adjoint_method.csv";
};

/// E(d) = E₀ + diag d with a dense E₀, factorized by LU.
class DenseSystem {
 public:
  static constexpr const char* name = "dense";
  explicit DenseSystem(Index n)
      : base_(MatrixXd::Random(n, n) / std::sqrt(double(n)) + 3 * MatrixXd::Identity(n, n)),
        identity_(MatrixXd::Identity(n, n)) {}

  Index unknowns() const { return base_.rows(); }
  auto factorize(const auto& d) const {
    return gradus::factorize((base_ + d.replicate(1, unknowns()).cwiseProduct(identity_)).eval());
  }

 private:
  MatrixXd base_, identity_;
};

/// E(d) = E₀ + diag d where E₀ is 1 plus the five-point Laplacian of a square grid, factorized by a sparse L D Lᵀ.
class SparseSystem {
 public:
  static constexpr const char* name = "sparse";
  explicit SparseSystem(Index grid) : SparseSystem(laplacian(grid)) {}

  Index unknowns() const { return pattern_.rows(); }
  auto factorize(const auto& d) const {
    const VectorXd ones = VectorXd::Ones(diagonal_.nonZeros());
    return gradus::factorize_spd(pattern_, (values_ + gradus::sparse_product(diagonal_, ones, d)).eval());
  }

 private:
  explicit SparseSystem(const Sparse& base)
      : pattern_(base),
        values_(Eigen::Map<const VectorXd>(base.valuePtr(), base.nonZeros())),
        diagonal_(diagonal_of(pattern_)) {}

  static Sparse laplacian(Index grid) {
    std::vector<Eigen::Triplet<double>> elements;
    const auto couple = [&](Index i, Index j) {
      elements.insert(elements.end(),
                      {{int(i), int(i), 1.}, {int(j), int(j), 1.}, {int(i), int(j), -1.}, {int(j), int(i), -1.}});
    };
    for (Index i = 0; i < grid * grid; ++i) {
      elements.emplace_back(int(i), int(i), 1);
      if ((i + 1) % grid != 0) couple(i, i + 1);
      if (i + grid < grid * grid) couple(i, i + grid);
    }
    Sparse result(grid * grid, grid * grid);
    result.setFromTriplets(elements.begin(), elements.end());
    return result;
  }
  /// The matrix that takes a diagonal to its place among the nonzeros.
  static Sparse diagonal_of(const gradus::SparsePattern& pattern) {
    Sparse result(pattern.nonZeros(), pattern.rows());
    pattern.for_each([&](Index k, Index i, Index j) {
      if (i == j) result.insert(k, j) = 1;
    });
    return result;
  }

  gradus::SparsePattern pattern_;
  VectorXd values_;
  gradus::SparsePattern diagonal_;
};

/// Every parameter adds to four elements of the diagonal d = D p, and to four of the right-hand side b = b₀ + B p.
struct Influence {
  Sparse matrix;
  gradus::SparsePattern pattern;
  VectorXd values;

  Influence(Index unknowns, Index parameters, std::mt19937& random) : Influence(some(unknowns, parameters, random)) {}
  auto operator*(const auto& p) const { return gradus::sparse_product(pattern, values, p); }

 private:
  explicit Influence(const Sparse& m)
      : matrix(m), pattern(m), values(Eigen::Map<const VectorXd>(m.valuePtr(), m.nonZeros())) {}
  static Sparse some(Index unknowns, Index parameters, std::mt19937& random) {
    const double size = std::min(1.0, double(unknowns) / double(4 * parameters));  // the sum of all stays of size 1
    std::uniform_real_distribution<double> weight(0.5 * size, size);
    std::uniform_int_distribution<Index> where(0, unknowns - 1);
    Sparse result(unknowns, parameters);
    for (Index k = 0; k < parameters; ++k)
      for (int i = 0; i < 4; ++i) result.coeffRef(where(random), k) = weight(random);
    result.makeCompressed();
    return result;
  }
};

template <class System>
class Problem {
 public:
  Problem(const System& system, Index parameters, std::mt19937& random)
      : system_(system),
        on_diagonal_(system.unknowns(), parameters, random),
        on_right_(system.unknowns(), parameters, random),
        b0_(VectorXd::Ones(system.unknowns())),
        wanted_(VectorXd::LinSpaced(system.unknowns(), 0, 1)) {}

  /// F(v(p)) = ½ ‖v − wanted‖²
  auto operator()(const auto& p) const {
    const auto v = system_.factorize(on_diagonal_ * p).solve((b0_ + on_right_ * p).eval());
    return 0.5 * (v - wanted_).squaredNorm();
  }

  /// ∂F/∂p by a solve for each parameter, with the factors of the first, many at a time.
  VectorXd direct_gradient(const VectorXd& p) const {
    const auto factors = system_.factorize(on_diagonal_ * p);
    const VectorXd v = factors.solve((b0_ + on_right_ * p).eval()), g = v - wanted_;
    VectorXd gradient(p.size());
    for (Index k = 0; k < p.size(); k += at_a_time) {
      const Index count = std::min(at_a_time, p.size() - k);
      MatrixXd rates = on_right_.matrix.middleCols(k, count);
      rates -= v.asDiagonal() * on_diagonal_.matrix.middleCols(k, count);
      gradient.segment(k, count) = factors.solve(rates).transpose() * g;
    }
    return gradient;
  }

 private:
  static constexpr Index at_a_time = 64;
  const System& system_;
  Influence on_diagonal_, on_right_;
  VectorXd b0_, wanted_;
};

/// Seconds that work() takes at best, tried for the given time.
double best_seconds(double for_seconds, const auto& work) {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  double best = 1e300;
  for (const auto begin = Clock::now(); best == 1e300 || since(begin) < for_seconds;) {
    const auto start = Clock::now();
    work();
    best = std::min(best, since(start));
  }
  return best;
}

struct Row {
  Index parameters;
  double forward, adjoint, direct, difference;  // seconds; the largest, relative to the largest derivative
};

template <class System>
Row measure(const System& system, Index parameters, double seconds) {
  std::mt19937 random(1);
  const Problem<System> problem(system, parameters, random);
  const VectorXd p = VectorXd::Constant(parameters, 0.5);
  VectorXd adjoint(parameters), direct;
  double value = 0, recorded = 0;
  gradus::Tape<double> tape;
  Row row{parameters, 0, 0, 0, 0};
  row.forward = best_seconds(seconds, [&] { value = problem(p); });
  row.adjoint = best_seconds(seconds, [&] { recorded = gradus::value_and_gradient(tape, problem, p, adjoint); });
  row.direct = best_seconds(seconds, [&] { direct = problem.direct_gradient(p); });
  if (std::abs(value - recorded) > 1e-12 * value) throw gradus::Error("F recorded is not F evaluated on numbers");
  row.difference = (adjoint - direct).cwiseAbs().maxCoeff() / direct.cwiseAbs().maxCoeff();
  if (!(row.difference < 1e-10)) throw gradus::Error("the two gradients differ by " + std::to_string(row.difference));
  return row;
}

template <class System>
std::vector<Row> study(const System& system, const Options& options, std::ofstream& csv) {
  std::printf("%s system of %td unknowns\n", System::name, system.unknowns());
  std::printf("      M   forward ms   adjoint ms    direct ms   direct/adjoint   solves      difference\n");
  std::vector<Row> rows;
  for (const Index m : options.parameters) {
    const Row& row = rows.emplace_back(measure(system, m, options.seconds));
    std::printf("%7td %12.3f %12.3f %12.3f %16.2f   %5td/1 %15.1e\n", m, 1e3 * row.forward, 1e3 * row.adjoint,
                1e3 * row.direct, row.direct / row.adjoint, m, row.difference);
    std::fflush(stdout);
    csv << System::name << ',' << system.unknowns() << ',' << m << ',' << row.forward << ',' << row.adjoint << ','
        << row.direct << ',' << row.difference << std::endl;
  }
  std::printf("\n");
  return rows;
}

std::string draw(const std::vector<Row>& dense, const std::vector<Row>& sparse, const std::string& csv) {
  std::ostringstream commands;
  for (const auto& [name, rows] : {std::pair("$dense", &dense), std::pair("$sparse", &sparse)}) {
    commands << name << " << end\n";
    for (const Row& row : *rows) commands << row.parameters << ' ' << row.adjoint << ' ' << row.direct << '\n';
    commands << "end\n";
  }
  commands << "set logscale xy\nset format y '10^{%T}'\nset grid\nset key top left\nset xlabel 'parameters M'\n"
              "set ylabel 'seconds for F and its gradient'\n"
              "plot $dense using 1:3 with linespoints lt 1 pt 7 title 'dense, M direct solves',"
              " $dense using 1:2 with linespoints lt 1 pt 6 dt 2 title 'dense, one adjoint solve',"
              " $sparse using 1:3 with linespoints lt 2 pt 7 title 'sparse, M direct solves',"
              " $sparse using 1:2 with linespoints lt 2 pt 6 dt 2 title 'sparse, one adjoint solve'\n";
  return draw_beside(csv, 900, 560, commands.str());
}

void run(const Options& options) {
  std::ofstream csv = open_csv(options.csv);
  csv << "system,unknowns,parameters,forward,adjoint,direct,difference\n";
  const std::vector<Row> dense = study(DenseSystem(options.unknowns), options, csv);
  const std::vector<Row> sparse = study(SparseSystem(options.grid), options, csv);
  std::printf("The gradients agree.\n");
  print_files("times", options.csv, draw(dense, sparse, options.csv));
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{
      "The gradient of F(v(p)), E(p) v = b(p), by one adjoint solve and by a direct solve for each parameter."};
  app.add_option("--parameters", options.parameters, "Numbers M of parameters")
      ->delimiter(',')
      ->check(positive)
      ->capture_default_str();
  app.add_option("--unknowns", options.unknowns, "Unknowns of the dense system")
      ->check(positive)
      ->capture_default_str();
  app.add_option("--grid", options.grid, "Side of the grid of the sparse system")
      ->check(positive)
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "Time to spend on each way at each M, at least")
      ->check(positive)
      ->capture_default_str();
  app.add_option("--csv", options.csv, "CSV file for the times; the picture goes beside it")->capture_default_str();
  return run_program("adjoint_method", app, argc, argv, [&] { run(options); });
}
