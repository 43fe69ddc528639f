// What a program measured: as a CSV file, and as a picture beside it where gnuplot is installed.
#pragma once

#include <gradus/autodiff/error.hpp>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

/// Opens a CSV file to be written. A path that cannot be written is an error, best met before the work and not after
/// it.
inline std::ofstream open_csv(const std::string& path) {
  std::ofstream file(path);
  if (!file) throw gradus::Error(path + ": cannot write the file: " + std::generic_category().message(errno));
  return file;
}

/// Runs commands of gnuplot's with a PNG picture of the given pixels as output, named as the CSV file is. The data are
/// best given in the commands, as data blocks. Returns the picture's path; an empty one where there is no gnuplot.
inline std::string draw_beside(const std::string& csv, int width, int height, const std::string& commands) {
  if (std::system("command -v gnuplot >/dev/null 2>&1") != 0) return "";
  const std::string picture = std::filesystem::path(csv).replace_extension(".png").string();
  std::string quoted;  // as gnuplot wants it: ' inside is doubled
  for (const char c : picture) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  std::FILE* gnuplot = popen("gnuplot 2>/dev/null", "w");
  if (gnuplot == nullptr) return "";
  std::fprintf(gnuplot, "set terminal png size %d,%d\nset output '%s'\n", width, height, quoted.c_str());
  std::fputs(commands.c_str(), gnuplot);
  return pclose(gnuplot) == 0 ? picture : "";
}

/// Says where they are.
inline void print_files(const char* what, const std::string& csv, const std::string& picture) {
  std::printf("%s: %s%s%s\n", what, csv.c_str(), picture.empty() ? "" : ", ", picture.c_str());
}
