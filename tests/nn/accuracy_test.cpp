// How often a classifier is right, and what it takes for what.
#include <doctest/doctest.h>
#include <gradus/nn/accuracy.hpp>

#include <limits>

namespace gradus::test::accuracy_test {

using namespace gradus;
using namespace gradus::nn;

namespace {

/// A score of 1 for these classes, one a sample, and less for the others.
Eigen::MatrixXd scores_for(const Eigen::VectorXi& classes, Index count) {
  Eigen::MatrixXd scores = Eigen::MatrixXd::Random(count, classes.size()).array() - 1;
  for (Index j = 0; j < classes.size(); ++j) scores(classes[j], j) = 1;
  return scores;
}

}  // namespace

TEST_CASE("the predicted class is that of the largest score, the first at a tie") {
  const Eigen::VectorXi classes{{2, 0, 1, 2}};
  CHECK(predicted_classes(scores_for(classes, 3)) == classes);
  CHECK(predicted_classes(scores_for(classes, 3).cast<float>()) == classes);
  CHECK(predicted_classes(2 * scores_for(classes, 3)) == classes);
  CHECK(predicted_classes(Eigen::Matrix<double, 3, 2>{{1, 0}, {1, 5}, {0, 5}}) == Eigen::Vector2i(0, 1));
  const Eigen::MatrixXd of_no_sample(3, 0), of_no_class(0, 3);
  CHECK(predicted_classes(of_no_sample).size() == 0);
  CHECK_THROWS_AS(predicted_classes(of_no_class), ShapeError);
}

TEST_CASE("accuracy is the share of samples whose prediction is their label") {
  const Eigen::Vector4i classes(2, 0, 1, 2);
  const auto logits = scores_for(classes, 3);
  CHECK(accuracy(logits, classes) == 1);
  CHECK(accuracy(logits, Eigen::Vector4i(2, 0, 1, 0)) == 0.75);
  CHECK(accuracy(logits, Eigen::Vector4i(0, 1, 2, 0)) == 0);
  CHECK(accuracy(logits, Eigen::RowVector4i(2, 0, 1, 0)) == 0.75);
  CHECK(accuracy(logits, Eigen::Vector<std::int64_t, 4>(2, 0, 1, 0)) == 0.75);
}

TEST_CASE("the confusion matrix counts true classes in rows, predicted ones in columns") {
  const Eigen::VectorXi labels{{0, 0, 0, 1, 1, 2}};
  const Eigen::VectorXi predictions{{0, 2, 2, 1, 0, 2}};
  const Eigen::MatrixXi counts = confusion_matrix(scores_for(predictions, 4), labels);
  CHECK(counts == Eigen::Matrix4i{{1, 0, 2, 0}, {1, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 0}});
  CHECK(counts.sum() == labels.size());
  CHECK(counts.trace() == 6 * accuracy(scores_for(predictions, 4), labels));
}

TEST_CASE("accuracy and confusion_matrix: labels must be classes, one for each sample") {
  const Eigen::MatrixXd logits = Eigen::MatrixXd::Zero(3, 2);
  CHECK_THROWS_WITH_AS(accuracy(logits, Eigen::Vector3i(0, 0, 0)),
                       "accuracy: expected a label for each of 2 samples, got 3", ShapeError);
  CHECK_THROWS_WITH_AS(accuracy(logits, Eigen::Vector2i(0, 3)),
                       "accuracy: expected labels of 0 to 2, got 3 for sample 1", Error);
  CHECK_THROWS_WITH_AS(confusion_matrix(logits, Eigen::Vector2i(-1, 0)),
                       "confusion_matrix: expected labels of 0 to 2, got -1 for sample 0", Error);
  CHECK_THROWS_AS(accuracy(Eigen::MatrixXd(3, 0), Eigen::VectorXi(0)), ShapeError);
}

}  // namespace gradus::test::accuracy_test
