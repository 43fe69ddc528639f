// Reads a file whole, decompressing it where it is compressed by gzip.
#pragma once

#include <string>

namespace gradus::nn {

struct Contents {
  std::string bytes;   ///< what could be read, decompressed
  std::string damage;  ///< empty, or why not all could be: "expected more gzip data, got the end of the file"
};

/// Throws DataError where the file cannot be opened or read at all.
Contents read_contents(const std::string& path);

}  // namespace gradus::nn
