// In which order the Jacobians of a chain are multiplied: what forward, reverse and the best order cost, counted and
// timed, for growing width N and depth L.
#include <cinttypes>
#include <sstream>

#include "chain_study.hpp"
#include "plot.hpp"
#include "program.hpp"

using gradus::Bracketing, gradus::Index;

namespace {

struct Options {
  std::vector<Index> widths = {8, 16, 32, 64, 128, 256};
  std::vector<Index> depths = {2, 5, 10};
  std::vector<Index> layers = {64, 256, 16, 256, 128};
  double seconds = 0.02;
  std::string csv = "multiplication_order.csv";
};

/// (A B) C against A (B C): the formulas, and the same multiplications counted.
void three_matrices(Index m, Index n, Index p, Index q) {
  const Chain<gradus::Counted> chain({m, n, p, q});
  const auto counted = [&](const Bracketing& order) {
    return gradus::count_operations([&] { chain.multiply(order); }).multiplications;
  };
  std::printf("A (%td x %td), B (%td x %td), C (%td x %td)\n", m, n, n, p, p, q);
  std::printf("  (A B) C   m p (n + q) = %6td multiplications, counted %6" PRId64 "\n", m * p * (n + q),
              counted(Bracketing::left_to_right(3)));
  std::printf("  A (B C)   n q (m + p) = %6td multiplications, counted %6" PRId64 "\n", n * q * (m + p),
              counted(Bracketing::right_to_left(3)));
}

void print_head(Output output) {
  const bool scalar = output == Output::scalar;
  std::printf("\n%s\n", scalar ? "Scalar output, N inputs: M1 M2 ... ML w. Forward: left to right, (L-1) N^3 + N^2; "
                                 "reverse: right to left, L N^2."
                               : "Wide output, N of them, one input: v M1 M2 ... ML. Forward: left to right, L N^2; "
                                 "reverse: right to left, (L-1) N^3 + N^2.");
  const char *slow = scalar ? "forward" : "reverse", *fast = scalar ? "reverse" : "forward";
  std::printf("          multiplications, counted           microseconds (by vectors)             %s / %s\n", slow,
              fast);
  std::printf("    N   L     %s  %s     best     %s (   ...   )  %s     best   counted    time (  ...  )\n", slow, fast,
              slow, fast);
}

void print(const Study& s) {
  std::printf("%5td %3td %11" PRId64 " %8" PRId64 " %8" PRId64 " %11.2f (%9.2f) %8.2f %8.2f %9.1f %7.1f (%7.1f)\n", s.n,
              s.l, s.slow().counted, s.fast().counted, s.best().counted, 1e6 * s.slow().seconds,
              1e6 * s.slow_by_vectors().seconds, 1e6 * s.fast().seconds, 1e6 * s.best().seconds,
              double(s.slow().counted) / double(s.fast().counted), s.slow().seconds / s.fast().seconds,
              s.slow_by_vectors().seconds / s.fast().seconds);
  std::fflush(stdout);
}

void write(std::ofstream& csv, const Study& s) {
  for (const Way& way : s.ways)
    csv << (s.output == Output::scalar ? "scalar" : "wide") << ',' << s.n << ',' << s.l << ',' << way.order << ','
        << way.by << ',' << way.formula << ',' << way.counted << ',' << way.seconds << std::endl;
}

/// The Jacobian of a network of any widths, in every order.
void network(const std::vector<Index>& layers, double seconds) {
  const std::vector<Index> sizes(layers.rbegin(), layers.rend());
  const Index length = static_cast<Index>(sizes.size()) - 1;
  const Bracketing orders[] = {Bracketing::right_to_left(length), Bracketing::left_to_right(length),
                               Bracketing::best(sizes)};
  std::vector<Way> ways = {{"forward", "matrices", orders[0].multiplications(sizes)},
                           {"reverse", "matrices", orders[1].multiplications(sizes)},
                           {"best", "matrices", orders[2].multiplications(sizes)}};
  measure(ways, sizes, seconds, [&](const auto& chain, std::size_t way) { chain.multiply(orders[way]); });
  std::printf("\nThe Jacobian of a network of");
  for (const Index layer : layers) std::printf(" %td", layer);
  std::printf(" units: M1 ... M%td, last layer first\n", length);
  for (std::size_t i = 0; i < ways.size(); ++i)
    std::printf("  %-8s %10" PRId64 " multiplications, counted %10" PRId64 " %9.1f us   %s\n", ways[i].order.c_str(),
                ways[i].formula, ways[i].counted, 1e6 * ways[i].seconds, orders[i].text().c_str());
}

// Of $scalar and $wide, with a data set for each depth: N, multiplications and microseconds.
constexpr const char* plots = R"(
stats $scalar using 1 name 'N' nooutput
set multiplot layout 1,3
set logscale xy
set grid
set key left top reverse Left
set xlabel 'N'
set format y '10^{%T}'
set style data linespoints
set pointsize 1.2
set linetype 1 linewidth 2 linecolor rgb '#c03020'
set linetype 2 linewidth 2 linecolor rgb '#2060b0'
depth(i) = int(word(depths, i))
n = words(depths)
L = depth(n)

set title 'Multiplications, counted (lines: the formulas)'
plot for [i = n:1:-1] $scalar index i-1 using 1:2 with points linetype 1 pointtype 2+2*i \
         title sprintf('forward, L = %d', depth(i)), \
     for [i = n:1:-1] $scalar index i-1 using 1:3 with points linetype 2 pointtype 2+2*i \
         title sprintf('reverse, L = %d', depth(i)), \
     for [i = 1:n] (depth(i) - 1) * x**3 + x**2 linetype 1 notitle, \
     for [i = 1:n] depth(i) * x**2 linetype 2 notitle

set title sprintf('Microseconds, scalar output, L = %d', L)
plot $scalar index n-1 using 1:5 linetype 1 pointtype 6 dashtype 2 title 'forward, vectors', \
     $scalar index n-1 using 1:4 linetype 1 pointtype 7 title 'forward, matrices', \
     $scalar index n-1 using 1:6 linetype 2 pointtype 7 title 'reverse'

set format y '%g'
set yrange [:40*N_max]  # room for the key
set title sprintf('How much the other order costs, L = %d', L)
plot ((L - 1) * x + 1) / L linetype 1 linecolor rgb 'black' title 'multiplications', \
     $scalar index n-1 using 1:($5/$6) linetype 1 pointtype 6 dashtype 2 title 'scalar output: forward (vectors) / reverse', \
     $scalar index n-1 using 1:($4/$6) linetype 1 pointtype 7 title 'scalar output: forward (matrices) / reverse', \
     $wide index n-1 using 1:($5/$6) linetype 2 pointtype 6 dashtype 2 title 'wide output: reverse (vectors) / forward', \
     $wide index n-1 using 1:($4/$6) linetype 2 pointtype 7 title 'wide output: reverse (matrices) / forward'
)";

/// Draws the studies beside the CSV file. Returns the picture's path; an empty one where there is no gnuplot.
std::string draw(const std::vector<Study>& studies, const std::string& csv) {
  std::ostringstream commands, depths;
  for (const Output output : {Output::scalar, Output::wide}) {
    commands << (output == Output::scalar ? "$scalar" : "$wide") << " << end\n";
    Index depth = 0;
    for (const Study& s : studies) {
      if (s.output != output) continue;
      if (depth != 0 && s.l != depth) commands << "\n\n";  // another data set
      if (s.l != depth && output == Output::scalar) depths << s.l << ' ';
      depth = s.l;
      commands << s.n << ' ' << s.slow().counted << ' ' << s.fast().counted << ' ' << 1e6 * s.slow().seconds << ' '
               << 1e6 * s.slow_by_vectors().seconds << ' ' << 1e6 * s.fast().seconds << '\n';
    }
    commands << "end\n";
  }
  commands << "depths = '" << depths.str() << "'\n" << plots;
  return draw_beside(csv, 1650, 560, commands.str());
}

void run(const Options& options) {
  std::ofstream csv = open_csv(options.csv);
  csv << "output,N,L,order,by,formula,counted,seconds\n";
  three_matrices(3, 5, 7, 2);
  std::vector<Study> studies;
  for (const Output output : {Output::scalar, Output::wide}) {
    print_head(output);
    for (const Index l : options.depths)
      for (const Index n : options.widths) {
        studies.push_back(study(output, n, l, options.seconds));
        print(studies.back());
        write(csv, studies.back());
      }
  }
  network(options.layers, options.seconds);
  std::printf("\nEvery count is that of its formula.\n");
  print_files("counts and times", options.csv, draw(studies, options.csv));
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Counts and times the multiplications of chains of Jacobians in forward, reverse and the best order."};
  const auto add_list = [&](const char* name, std::vector<Index>& list, const char* text) {
    app.add_option(name, list, text)->delimiter(',')->check(positive)->capture_default_str();
  };
  add_list("--widths", options.widths, "Widths N of the chains");
  add_list("--depths", options.depths, "Depths L of the chains");
  add_list("--layers", options.layers, "Units of each layer of a network whose Jacobian is bracketed, inputs first");
  app.add_option("--seconds", options.seconds, "Time to spend on each order of each chain")
      ->check(positive)
      ->capture_default_str();
  app.add_option("--csv", options.csv, "CSV file for counts and times; the picture goes beside it")
      ->capture_default_str();
  return run_program("multiplication_order", app, argc, argv, [&] { run(options); });
}
