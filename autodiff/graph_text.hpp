// Numbers and tables as text, for those who look at graphs.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace gradus::detail {

/// So many significant digits.
std::string number_text(double number, int digits);
/// Of a matrix, its norm: "‖3.4‖". Nothing for no value.
std::string value_text(const std::optional<double>& value, bool is_scalar, int digits);

/// Lines of cells, in columns as wide as they need be.
class TextTable {
 public:
  struct Column {
    std::string title;
    bool is_number = false;  // aligned to the right
  };
  explicit TextTable(const std::vector<Column>& columns);
  void add(const std::vector<std::string>& cells) { lines_.push_back(cells); }
  std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> lines_;
};

}  // namespace gradus::detail
