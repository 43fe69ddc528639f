// Reads a table of numbers from a text file, plain or compressed by gzip.
#pragma once

#include <string>
#include <vector>

#include "error.hpp"

namespace gradus::nn {

/// A rows × cols table of numbers, and where it came from.
struct Table {
  Index rows = 0, cols = 0;
  std::vector<double> values;      ///< row by row
  std::vector<std::string> names;  ///< the fields of the header line, where there is one
  std::string path;                ///< the file; empty for a table made by hand
  std::vector<Index> lines;        ///< the line of the file each row stands on; empty for a table made by hand

  double operator()(Index row, Index col) const { return values[static_cast<std::size_t>(row * cols + col)]; }
  /// Where an entry stands, for error texts: "digits.csv.gz:17:65", or "row 17, column 65" of a table made by hand.
  std::string place(Index row, Index col) const;
};

struct CsvOptions {
  bool header = false;            ///< the first line names the columns
  char separator = '\0';          ///< ',' ';' '\t', or ' ' for any run of blanks; '\0': see read_csv
  Index columns = 0;              ///< how many numbers a line must have; 0: as many as the first
  bool allow_non_finite = false;  ///< read "nan" and "inf" (any case, with sign) as such: off, they are errors
};

/// Reads one row of numbers a line. Without a given separator the first line of numbers decides: ';' if it has one,
/// else the tab if it has one and no space, else ',' if it has one, else runs of blanks. Blanks around a number, blank
/// lines, Windows line ends and a byte order mark are skipped. The decimal sign is the point in every locale; a number
/// too small for double is zero, one too large is an error. Missing values (empty fields) are errors.
///
/// Throws DataError with file, line and column (the number of the field, counted from 1 like the line):
///   digits.csv.gz: cannot open the file: No such file or directory
///   digits.csv.gz:1: expected numbers, got an empty file
///   digits.csv.gz:17: expected 65 numbers, got 64
///   digits.csv.gz:17:5: expected a number, got 'abc'
///   digits.csv.gz:801: expected more gzip data, got the end of the file (is it truncated?)
Table read_csv(const std::string& path, const CsvOptions& options = {});

}  // namespace gradus::nn
