#include "csv.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "gzip.hpp"

namespace gradus::nn {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Gives the lines that are not blank, one by one, and counts all from 1.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  bool next(std::string_view& line) {
    while (!rest_.empty()) {
      const auto end = std::min(rest_.find('\n'), rest_.size());
      line = rest_.substr(0, end);
      rest_.remove_prefix(std::min(end + 1, rest_.size()));
      ++number_;
      if (!trim(line).empty()) return true;
    }
    return false;
  }
  Index number() const { return number_; }

 private:
  std::string_view rest_;
  Index number_ = 0;
};

/// Gives the fields of a line one by one: one more than there are separators.
class Fields {
 public:
  Fields(std::string_view line, char separator) : rest_(separator == ' ' ? trim(line) : line), separator_(separator) {}

  bool next(std::string_view& field) {
    if (done_) return false;
    const auto end = separator_ == ' ' ? rest_.find_first_of(blanks) : rest_.find(separator_);
    field = trim(rest_.substr(0, end));
    done_ = end == std::string_view::npos;
    if (!done_) rest_.remove_prefix(end + 1);
    if (!done_ && separator_ == ' ') rest_.remove_prefix(rest_.find_first_not_of(blanks));
    return true;
  }

 private:
  std::string_view rest_;
  char separator_;
  bool done_ = false;
};

char separator_of(std::string_view line) {
  const auto has = [line](char c) { return line.find(c) != std::string_view::npos; };
  if (has(';')) return ';';
  if (has('\t') && !has(' ')) return '\t';
  return has(',') ? ',' : ' ';
}

/// A field as an error text shows it: short, and without bytes that a terminal would obey.
std::string quoted(std::string_view field) {
  constexpr std::size_t longest = 24;
  std::string text = "'";
  for (const char c : field.substr(0, longest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f)
      text += c;
    else
      text += '?';
  }
  if (field.size() > longest) text += "...";
  return text + "'";
}

/// The number in a field; otherwise what was expected instead, in `expected`.
double number(std::string_view field, bool allow_non_finite, const char*& expected) {
  const bool plus = !field.empty() && field.front() == '+';
  const char* const first = field.data() + plus;
  const char* const last = field.data() + field.size();
  double value = 0;
  const auto [end, status] = std::from_chars(first, last, value);
  if (end != last || first == last || (plus && *first == '-') || status == std::errc::invalid_argument) {
    expected = "a number";
  } else if (status == std::errc::result_out_of_range) {
    // Too large or too small: from_chars does not tell which, the sign of the exponent does.
    if (field.find("e-") == std::string_view::npos && field.find("E-") == std::string_view::npos)
      expected = "a number within the range of double";
    value = 0;
  } else if (!allow_non_finite && !std::isfinite(value)) {
    expected = "a finite number";
  }
  return value;
}

/// "digits.csv.gz:17:5: ", without the column if it is 0.
std::string at(const std::string& path, Index line, Index column = 0) {
  std::string place = path + ":" + std::to_string(line) + ":";
  if (column > 0) place += std::to_string(column) + ":";
  return place + " ";
}

std::vector<std::string> names_in(std::string_view line, char separator) {
  std::vector<std::string> names;
  Fields fields(line, separator);
  for (std::string_view name; fields.next(name);) {
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
    names.emplace_back(name);
  }
  return names;
}

/// The rows that the bytes hold; throws at the first that is wrong.
Table parse(const std::string& path, std::string_view text, const CsvOptions& options) {
  Table table;
  table.path = path;
  table.cols = options.columns;
  char separator = options.separator;
  std::string_view line, header, field;
  Lines lines(text);
  if (options.header) lines.next(header);
  while (lines.next(line)) {
    if (separator == '\0') separator = separator_of(trim(line));
    Index count = 0;
    Fields fields(line, separator);
    while (fields.next(field)) {
      ++count;
      const char* expected = nullptr;
      const double value = number(field, options.allow_non_finite, expected);
      if (expected) {
        std::string message = at(path, lines.number(), count) + "expected " + expected + ", got ";
        message += field.empty() ? "an empty field" : quoted(field);
        if (lines.number() == 1) message += " (if the first line names the columns, read it with header = true)";
        throw DataError(message);
      }
      table.values.push_back(value);
    }
    if (table.cols == 0) table.cols = count;
    if (count != table.cols)
      throw DataError(at(path, lines.number()) + "expected " + std::to_string(table.cols) +
                      (table.cols == 1 ? " number" : " numbers") + ", got " + std::to_string(count));
    table.lines.push_back(lines.number());
    ++table.rows;
  }
  if (options.header) table.names = names_in(header, separator == '\0' ? separator_of(trim(header)) : separator);
  return table;
}

}  // namespace

std::string Table::place(Index row, Index col) const {
  const std::string column = std::to_string(col + 1);
  if (lines.empty()) return "row " + std::to_string(row + 1) + ", column " + column;
  return path + ":" + std::to_string(lines[static_cast<std::size_t>(row)]) + ":" + column;
}

Table read_csv(const std::string& path, const CsvOptions& options) {
  const Contents contents = read_contents(path);
  std::string_view text = contents.bytes;
  if (!contents.damage.empty()) {
    // What stands before the damage may be wrong as well, but only because of it: the damage is what to report.
    const auto line = 1 + std::count(text.begin(), text.end(), '\n');
    throw DataError(at(path, line) + contents.damage);
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  Table table = parse(path, text, options);
  if (table.rows == 0) {
    const auto line = 1 + std::count(text.begin(), text.end(), '\n');
    throw DataError(at(path, line) + "expected numbers, got " +
                    (text.empty() ? "an empty file" : "the end of the file"));
  }
  return table;
}

}  // namespace gradus::nn
