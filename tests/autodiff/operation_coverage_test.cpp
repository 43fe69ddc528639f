// No operation without its line in the table: what the engine's headers offer, against what the table's lines use.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "../support/operation_table.hpp"

namespace gradus::test::operation_coverage_test {
namespace {

using Names = std::set<std::string>;

/// The files of a folder of the project whose names end so.
std::vector<std::filesystem::path> files(const std::string& folder, const std::string& ending) {
  std::vector<std::filesystem::path> all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(GRADUS_SOURCE_DIR "/" + folder))
    if (entry.path().string().ends_with(ending)) all.push_back(entry.path());
  return all;
}
/// What stands in a file, without comments.
std::string code_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string code;
  for (std::string line; std::getline(in, line);) code += line.substr(0, line.find("//")) + '\n';
  return code;
}
/// Takes out of a text all that begins and ends so.
void cut(std::string& text, const std::string& begin, const std::string& end) {
  for (std::size_t from; (from = text.find(begin)) != std::string::npos;) {
    const std::size_t to = text.find(end, from);
    text.erase(from, to == std::string::npos ? to : to - from);
  }
}
bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }
/// Calls f(position after it) wherever a text stands in a code, as a word of its own.
void for_each_word(const std::string& code, const std::string& word, const auto& f) {
  for (std::size_t at = 0; (at = code.find(word, at)) != std::string::npos; at += word.size())
    if (at == 0 || !in_word(code[at - 1])) f(at + word.size());
}

/// The names under which operations stand on tapes: `name = "product"`, or in a RecordView `{"stack", …`.
Names operations_of_the_engine() {
  Names names;
  for (const auto& file : files("autodiff", ".hpp")) {
    const std::string code = code_of(file);
    for (const char* before : {"name = \"", "return {\""})
      for_each_word(code, before, [&](std::size_t at) { names.insert(code.substr(at, code.find('"', at) - at)); });
  }
  return names;
}
/// The functions and members that a user calls: `auto name(…` outside of what is private and of namespace detail.
Names functions_of_the_engine() {
  auto headers = files("autodiff/vocabulary", ".hpp");
  for (const auto& file : files("autodiff/linear_algebra", ".hpp"))
    if (file.filename() != "refused.hpp") headers.push_back(file);
  for (const char* header : {"assembly", "comparisons", "functions", "logsumexp", "normal_log_density", "vectorwise"})
    headers.push_back(std::filesystem::path(GRADUS_SOURCE_DIR "/autodiff") / (header + std::string(".hpp")));
  Names names;
  for (const auto& header : headers) {
    std::string code = code_of(header);
    cut(code, "detail {", "\n}  ");
    cut(code, " private:", "\n};");
    for (const char* type : {"auto ", "Scalar ", "bool "})
      for_each_word(code, type, [&](std::size_t at) {
        std::size_t end = at;
        while (in_word(code[end])) ++end;
        if (end > at && code[end] == '(' && code.substr(at, end - at) != "operator")
          names.insert(code.substr(at, end - at));
      });
  }
  return names;
}

void check_none(const Names& names, const std::string& of) {
  INFO(of);
  for (const std::string& name : names) CHECK_MESSAGE(false, name);
}

TEST_CASE("table: every operation that the engine records is recorded by a line") {
  Names missing = operations_of_the_engine();
  REQUIRE(missing.size() > 60);
  Names elsewhere{"checkpoint", "fixed_point"};  // of functions, not of numbers: they have tests of their own
  for (const Table* part : Table::all())
    for (const Line& line : part->lines())
      for (const std::string& name : recorded_operations(line)) {
        missing.erase(name);
        CHECK_MESSAGE(!elsewhere.contains(name), name);
      }
  for (const std::string& name : elsewhere) CHECK_MESSAGE(missing.erase(name) == 1, name, " is no operation any more");
  check_none(missing, "operations without a line");
}

TEST_CASE("table: every function and member that the engine offers is called by a line") {
  Names missing = functions_of_the_engine();
  REQUIRE(missing.size() > 100);
  for (const auto& file : files("tests/autodiff", "_table_test.cpp")) {
    const std::string code = code_of(file);
    std::erase_if(missing, [&](const std::string& name) {
      bool is_called = false;
      for_each_word(code, name, [&](std::size_t end) { is_called |= code[end] == '(' || code[end] == '<'; });
      return is_called;
    });
  }
  // They look at numbers, or are what others are made of; fabs is abs, under a name that Eigen's arrays do not have.
  for (const char* name : {"allFinite", "cross_product", "hasNaN", "isApprox", "isZero", "isfinite", "isinf", "isnan",
                           "fabs", "gated", "larger", "picked", "smaller"})
    CHECK_MESSAGE(missing.erase(name) == 1, name, " is not without a line any more");
  check_none(missing, "functions without a line");
}

}  // namespace
}  // namespace gradus::test::operation_coverage_test
