// The loss over the epochs of a training run: as a CSV file, and as a picture where gnuplot is installed.
#pragma once

#include <sstream>
#include <vector>

#include "plot.hpp"

class LossCurve {
 public:
  struct Point {
    int epoch;
    double training_loss, validation_loss, validation_accuracy;
  };

  explicit LossCurve(const std::string& path) : path_(path), file_(open_csv(path)) {
    file_ << "epoch,training_loss,validation_loss,validation_accuracy\n";
  }

  void add(const Point& point) {
    points_.push_back(point);
    file_ << point.epoch << ',' << point.training_loss << ',' << point.validation_loss << ','
          << point.validation_accuracy << std::endl;
  }

  /// Draws the curve beside the CSV file. Returns the picture's path; an empty one where there is no gnuplot.
  std::string draw() const {
    std::ostringstream commands;
    commands << "set logscale y\nset format y '%g'\nset grid\nset xlabel 'epoch'\nset ylabel 'softmax cross-entropy'\n"
                "$curve << end\n";
    for (const Point& p : points_) commands << p.epoch << ' ' << p.training_loss << ' ' << p.validation_loss << '\n';
    commands << "end\n"
                "plot $curve using 1:2 with linespoints pointtype 7 pointsize 0.7 linewidth 2 title 'training',"
                "     $curve using 1:3 with linespoints pointtype 7 pointsize 0.7 linewidth 2 title 'validation'\n";
    return draw_beside(path_, 900, 560, commands.str());
  }

 private:
  std::string path_;
  std::ofstream file_;
  std::vector<Point> points_;
};
