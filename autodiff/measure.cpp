#include "measure.hpp"

#include <algorithm>
#include <chrono>
#include <ostream>
#include <vector>

#include "graph_text.hpp"

namespace gradus {

namespace {

using Work = std::function<void(Index)>;

double seconds_of(const Work& work, Index times) {
  const auto start = std::chrono::steady_clock::now();
  work(times);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// How many calls take about a millisecond; the first ones also take the memory that later ones use.
Index batch_of(const Work& work) {
  work(1);
  Index times = 1;
  while (seconds_of(work, times) < 5e-4 && times < (Index{1} << 30)) times *= 2;
  return times;
}

double median(std::vector<double> v) {
  const auto middle = v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2);
  std::nth_element(v.begin(), middle, v.end());
  return *middle;
}

}  // namespace

void detail::time_side_by_side(const Work& value, const Work& gradient, BackpropMeasurement& measurement) {
  constexpr double enough = 0.2;  // seconds
  constexpr std::size_t fewest = 5, most = 101;
  const Index values = batch_of(value), gradients = batch_of(gradient);
  std::vector<double> of_value, of_gradient, ratios;
  double spent = 0;
  while (ratios.size() < fewest || (spent < enough && ratios.size() < most)) {
    const double a = seconds_of(value, values), b = seconds_of(gradient, gradients);
    spent += a + b;
    of_value.push_back(a / static_cast<double>(values));
    of_gradient.push_back(b / static_cast<double>(gradients));
    ratios.push_back(of_gradient.back() / of_value.back());
  }
  measurement.value_seconds = median(of_value);
  measurement.gradient_seconds = median(of_gradient);
  measurement.ratio = median(ratios);
}

std::ostream& operator<<(std::ostream& out, const BackpropMeasurement& m) {
  detail::TextTable table({{""}, {"µs", true}, {"multiplications", true}, {"bytes", true}});
  const auto number = [](double x, int digits) { return detail::number_text(x, digits); };
  table.add({"value", number(1e6 * m.value_seconds, 4), number(m.value_multiplications, 15), ""});
  table.add(
      {"gradient", number(1e6 * m.gradient_seconds, 4), number(m.multiplications(), 15), std::to_string(m.bytes)});
  return out << table.text() << "gradient ÷ value: " << number(m.ratio, 3) << "\n";
}

}  // namespace gradus
