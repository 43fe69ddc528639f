// What is wrong with a file of data.
#pragma once

#include "../../autodiff/error.hpp"

namespace gradus {

/// A file that cannot be read or does not hold what it should. The text begins with file, line and column as far as
/// they are known, then says what was expected and what came: "digits.csv.gz:17:5: expected a number, got 'abc'".
class DataError : public Error {
 public:
  using Error::Error;
};

}  // namespace gradus
