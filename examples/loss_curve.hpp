// The loss over the epochs of a training run: as a CSV file, and as a picture where gnuplot is installed.
#pragma once

#include <gradus/autodiff/error.hpp>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

class LossCurve {
 public:
  struct Point {
    int epoch;
    double training_loss, validation_loss, validation_accuracy;
  };

  /// Opens the CSV file, so that a path that cannot be written is an error before the training and not after it.
  explicit LossCurve(const std::string& path) : path_(path), file_(path) {
    if (!file_) throw gradus::Error(path + ": cannot write the file: " + std::generic_category().message(errno));
    file_ << "epoch,training_loss,validation_loss,validation_accuracy\n";
  }

  void add(const Point& point) {
    points_.push_back(point);
    file_ << point.epoch << ',' << point.training_loss << ',' << point.validation_loss << ','
          << point.validation_accuracy << std::endl;
  }

  /// Draws the curve beside the CSV file. Returns the picture's path; an empty one where there is no gnuplot.
  std::string draw() const {
    if (std::system("command -v gnuplot >/dev/null 2>&1") != 0) return "";
    const std::string picture = std::filesystem::path(path_).replace_extension(".png").string();
    std::FILE* gnuplot = popen("gnuplot 2>/dev/null", "w");
    if (gnuplot == nullptr) return "";
    std::fprintf(gnuplot, "set terminal png size 900,560\nset output %s\n", quoted(picture).c_str());
    std::fputs(
        "set logscale y\nset format y '%g'\nset grid\nset xlabel 'epoch'\nset ylabel 'softmax cross-entropy'\n"
        "$curve << end\n",
        gnuplot);
    for (const Point& p : points_) std::fprintf(gnuplot, "%d %g %g\n", p.epoch, p.training_loss, p.validation_loss);
    std::fputs(
        "end\n"
        "plot $curve using 1:2 with linespoints pointtype 7 pointsize 0.7 linewidth 2 title 'training',"
        "     $curve using 1:3 with linespoints pointtype 7 pointsize 0.7 linewidth 2 title 'validation'\n",
        gnuplot);
    return pclose(gnuplot) == 0 ? picture : "";
  }

 private:
  static std::string quoted(const std::string& text) {  // as gnuplot wants it: ' inside is doubled
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
    return quoted + "'";
  }

  std::string path_;
  std::ofstream file_;
  std::vector<Point> points_;
};
