#include "graph_text.hpp"

#include <algorithm>

namespace gradus::detail {

namespace {
/// Characters, of UTF-8 text.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}
}  // namespace

TextTable::TextTable(const std::vector<Column>& columns) : columns_(columns), lines_(1) {
  for (const Column& column : columns) lines_[0].push_back(column.title);
}

std::string TextTable::text() const {
  std::vector<std::size_t> widths(columns_.size(), 0);
  for (const auto& line : lines_)
    for (std::size_t k = 0; k < line.size(); ++k) widths[k] = std::max(widths[k], width(line[k]));
  std::string all;
  for (const auto& line : lines_) {
    std::string row;
    for (std::size_t k = 0; k < line.size(); ++k) {
      const std::string blanks(widths[k] - width(line[k]), ' ');
      row.append(k == 0 ? "" : "  ").append(columns_[k].is_number ? blanks + line[k] : line[k] + blanks);
    }
    row.erase(row.find_last_not_of(' ') + 1);
    all += row + "\n";
  }
  return all;
}

}  // namespace gradus::detail
