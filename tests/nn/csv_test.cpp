// Tables of numbers: what is read, and the exact words for what cannot be.
#include <doctest/doctest.h>
#include <gradus/nn/data/csv.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "../support/files.hpp"

namespace gradus::test::csv_test {

using gradus::DataError;
using gradus::nn::CsvOptions;
using gradus::nn::read_csv;
using gradus::nn::Table;
using gradus::test::gzipped;
using gradus::test::TemporaryDirectory;
using Numbers = std::vector<double>;

TEST_CASE("read_csv: the same table in every notation") {
  const TemporaryDirectory directory;
  const Numbers numbers = {1, -2.5, 3000, 4, 0, 0.125};
  for (const std::string text : {
           "1,-2.5,3e3\n4,0,.125\n",                // commas
           "1;-2.5;3e3\n4;0;.125\n",                // semicolons
           "1\t-2.5\t3e3\n4\t0\t.125\n",            // tabs
           "1 -2.5 3e3\n4 0 .125\n",                // blanks
           "  1   -2.5 \t 3e3  \n\t4 0   .125 \n",  // runs of them
           "1,-2.5,3e3\r\n4,0,.125\r\n",            // Windows line ends
           "\xEF\xBB\xBF"
           "1,-2.5,3e3\n4,0,.125\n",                // a byte order mark
           "1,-2.5,3e3\n4,0,.125",                  // no end of the last line
           "\n1,-2.5,3e3\n  \n4,0,.125\n\n\n",      // blank lines
           " 1 , -2.5,3e3\n4,0 , .125\n",           // blanks around separators
           "+1,-2.5,+3.0E+3\n4,-1e-400,1.25e-1\n",  // signs; too small for double is zero
       }) {
    CAPTURE(text);
    for (const bool compressed : {false, true}) {
      const Table table = read_csv(directory.write("table", compressed ? gzipped(text) : text));
      CHECK(table.rows == 2);
      CHECK(table.cols == 3);
      CHECK(table.values == numbers);
      CHECK(table(1, 2) == 0.125);
    }
  }
}

TEST_CASE("read_csv: every double survives its shortest text") {
  const TemporaryDirectory directory;
  const Table table = read_csv(
      directory.write("limits.csv", "0.1,1.7976931348623157e308,2.2250738585072014e-308,4.9406564584124654e-324\n"));
  using limits = std::numeric_limits<double>;
  CHECK(table.values == Numbers{0.1, limits::max(), limits::min(), limits::denorm_min()});
}

TEST_CASE("read_csv: a header line names the columns") {
  const TemporaryDirectory directory;
  const Table table = read_csv(directory.write("iris.csv", "\"length\", width,\n5.1,3.5,0\n"), {.header = true});
  CHECK(table.names == std::vector<std::string>{"length", "width", ""});
  CHECK(table.values == Numbers{5.1, 3.5, 0});
  CHECK(table.place(0, 1) == directory / "iris.csv:2:2");
}

TEST_CASE("read_csv: infinity and NaN are numbers only where allowed") {
  const TemporaryDirectory directory;
  const std::string path = directory.write("x.csv", "1,nan,-inf,Infinity\n");
  CHECK_THROWS_WITH_AS(read_csv(path),
                       (path + ":1:2: expected a finite number, got 'nan' (if the first line names the "
                               "columns, read it with header = true)")
                           .c_str(),
                       DataError);
  const Table table = read_csv(path, {.allow_non_finite = true});
  CHECK(std::isnan(table(0, 1)));
  CHECK(table(0, 2) == -std::numeric_limits<double>::infinity());
  CHECK(table(0, 3) == std::numeric_limits<double>::infinity());
}

TEST_CASE("read_csv: a wrong text is one sentence with file, line, column, expected, got") {
  struct Case {
    std::string text, error;
    CsvOptions options = {};
  };
  const TemporaryDirectory directory;
  for (const Case& wrong : {
           Case{"", ":1: expected numbers, got an empty file"},
           {"\n \n\n", ":4: expected numbers, got the end of the file"},
           {"a,b\n", ":2: expected numbers, got the end of the file", {.header = true}},
           {"1,2,3\n4,5\n", ":2: expected 3 numbers, got 2"},
           {"1,2,3\n\n4,5,6,7\n", ":3: expected 3 numbers, got 4"},
           {"1\n2 3\n", ":2: expected 1 number, got 2"},
           {"1,2\n", ":1: expected 3 numbers, got 2", {.columns = 3}},
           {"1,2,3\n4,abc,6\n", ":2:2: expected a number, got 'abc'"},
           {"1,2,3\n4,5 6,7\n", ":2:2: expected a number, got '5 6'"},
           {"1,2,3\n4,,6\n", ":2:2: expected a number, got an empty field"},
           {"1,2,3\n4,5,\n", ":2:3: expected a number, got an empty field"},
           {"1\t2\n\t2\n", ":2:1: expected a number, got an empty field"},
           {"1,2\n3,0x1F\n", ":2:2: expected a number, got '0x1F'"},
           {"1,2\n3,+-4\n", ":2:2: expected a number, got '+-4'"},
           {"1,2\n3,+\n", ":2:2: expected a number, got '+'"},
           {"1,2\n3,4.5.6\n", ":2:2: expected a number, got '4.5.6'"},
           {"1,2\n3,\"4\"\n", ":2:2: expected a number, got '\"4\"'"},
           {"1,2\n3,1e999\n", ":2:2: expected a number within the range of double, got '1e999'"},
           {"1;2\n3;4,5\n", ":2:2: expected a number, got '4,5'"},  // no decimal comma
           {"1,2\n3,a\x1b[31m\n", ":2:2: expected a number, got 'a?[31m'"},
           {"1,2\n3,aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd\n",
            ":2:2: expected a number, got 'aaaaaaaaaabbbbbbbbbbcccc...'"},
           {"x,y\n1,2\n",
            ":1:1: expected a number, got 'x' (if the first line names the columns, read it with header = true)"},
       }) {
    const std::string path = directory.write("x.csv", wrong.text);
    CHECK_THROWS_WITH_AS(read_csv(path, wrong.options), (path + wrong.error).c_str(), DataError);
  }
}

TEST_CASE("read_csv: missing and unreadable files") {
  const TemporaryDirectory directory;
  const std::string missing = directory / "missing.csv", self = directory / ".";
  CHECK_THROWS_WITH_AS(read_csv(missing), (missing + ": cannot open the file: No such file or directory").c_str(),
                       DataError);
  CHECK_THROWS_WITH_AS(read_csv(self), (self + ": cannot read the file: Is a directory").c_str(), DataError);
}

TEST_CASE("read_csv: a gzip file cut off anywhere is an error, never a shorter table") {
  const TemporaryDirectory directory;
  std::string text;
  for (int row = 0; row < 300; ++row) text += std::to_string(row * row % 97) + "," + std::to_string(row) + "\n";
  const std::string whole = gzipped(text);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    CHECK_THROWS_AS(read_csv(directory.write("cut.csv.gz", whole.substr(0, length))), DataError);
  }
  const std::string cut = directory.write("cut.csv.gz", whole.substr(0, whole.size() - 4));  // all but half the trailer
  CHECK_THROWS_WITH_AS(read_csv(cut),
                       (cut + ":301: expected more gzip data, got the end of the file (is it truncated?)").c_str(),
                       DataError);
}

TEST_CASE("read_csv: damaged gzip data are an error") {
  const TemporaryDirectory directory;
  std::string bytes = gzipped("1,2\n3,4\n");
  bytes[bytes.size() - 8] = static_cast<char>(~bytes[bytes.size() - 8]);  // the check sum, 8 bytes before the end
  const std::string path = directory.write("damaged.csv.gz", bytes);
  const std::string error = ": expected intact gzip data from here on, got damaged data (incorrect data check)";
  CHECK_THROWS_WITH_AS(read_csv(path), doctest::Contains(error.c_str()), DataError);
}

TEST_CASE("read_csv: the digits of the examples") {
  const Table digits = read_csv(GRADUS_SOURCE_DIR "/examples/data/digits.csv.gz", {.columns = 65});
  CHECK(digits.rows == 1797);
  // 16 grey levels, 10 classes: facts of the data set's own description.
  for (gradus::Index row = 0; row < digits.rows; ++row) {
    for (gradus::Index col = 0; col < 64; ++col) REQUIRE((digits(row, col) >= 0 && digits(row, col) <= 16));
    REQUIRE((digits(row, 64) >= 0 && digits(row, 64) <= 9));
  }
}

}  // namespace gradus::test::csv_test
