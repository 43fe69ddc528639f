#include "gzip.hpp"

#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "error.hpp"

namespace gradus::nn {

Contents read_contents(const std::string& path) {
  struct Close {
    void operator()(gzFile file) const { gzclose_r(file); }
  };
  errno = 0;
  const std::unique_ptr<gzFile_s, Close> file(gzopen(path.c_str(), "rb"));
  if (!file) throw DataError(path + ": cannot open the file: " + std::strerror(errno ? errno : ENOMEM));

  Contents contents;
  const std::size_t chunk = 1 << 16;
  for (int got = 1; got > 0;) {
    const std::size_t before = contents.bytes.size();
    contents.bytes.resize(before + chunk);
    got = gzread(file.get(), contents.bytes.data() + before, static_cast<unsigned>(chunk));
    contents.bytes.resize(before + static_cast<std::size_t>(got > 0 ? got : 0));
  }

  int status = Z_OK;
  const char* const reason = gzerror(file.get(), &status);
  if (status == Z_ERRNO) throw DataError(path + ": cannot read the file: " + std::strerror(errno));
  if (status == Z_BUF_ERROR) {
    contents.damage = "expected more gzip data, got the end of the file (is it truncated?)";
  } else if (status != Z_OK && status != Z_STREAM_END) {
    std::string why = reason;  // zlib's text begins with the path
    if (why.rfind(path + ": ", 0) == 0) why.erase(0, path.size() + 2);
    contents.damage = "expected intact gzip data from here on, got damaged data (" + why + ")";
  }
  return contents;
}

}  // namespace gradus::nn
