// The members of a plain struct: how many, which, and their names.
#include <doctest/doctest.h>
#include <gradus/nn/reflection.hpp>

#include <Eigen/Core>
#include <array>
#include <functional>
#include <string>
#include <vector>

namespace gradus::test::reflection_test {

namespace reflection = gradus::nn::reflection;

namespace {

// clang-format off
struct M0 {};
struct M1 { int a; };
struct M2 { int a, b; };
struct M3 { int a, b, c; };
struct M4 { int a, b, c, d; };
struct M5 { int a, b, c, d, e; };
struct M6 { int a, b, c, d, e, f; };
struct M7 { int a, b, c, d, e, f, g; };
struct M8 { int a, b, c, d, e, f, g, h; };
struct M9 { int a, b, c, d, e, f, g, h, i; };
struct M10 { int a, b, c, d, e, f, g, h, i, j; };
struct M11 { int a, b, c, d, e, f, g, h, i, j, k; };
struct M12 { int a, b, c, d, e, f, g, h, i, j, k, l; };
// clang-format on

template <class T>
std::string names() {
  T t{};
  std::string all;
  reflection::for_each_member(t, [&](std::string_view name, auto&) { all += std::string(name) + " "; });
  return all;
}

/// Members of every kind that a module may have beside its parameters; not all can be made from nothing.
struct Mixed {
  Eigen::MatrixXd mean;
  Eigen::Vector3f scale;
  std::vector<M2> parts;
  std::tuple<M1, double> pair_;
  std::array<int, 3> shape;
  std::function<double(double)> activation;
  double (*pointer)(double);
  std::string Title2;
  M3 inner;
  const int* counter;
  bool flag = true;
};

template <class T>
struct Generic {
  T first_value, second_value;
};
struct Greek {
  double γ, β1;
};

template <class A, class B>
std::string names_of_a_local_struct() {
  struct Local {
    A first;
    B second;
  };
  return names<Local>();
}

}  // namespace

TEST_CASE("members are counted, up to 12") {
  CHECK(reflection::count_members<M0>() == 0);
  CHECK(reflection::count_members<M1>() == 1);
  CHECK(reflection::count_members<M2>() == 2);
  CHECK(reflection::count_members<M3>() == 3);
  CHECK(reflection::count_members<M4>() == 4);
  CHECK(reflection::count_members<M5>() == 5);
  CHECK(reflection::count_members<M6>() == 6);
  CHECK(reflection::count_members<M7>() == 7);
  CHECK(reflection::count_members<M8>() == 8);
  CHECK(reflection::count_members<M9>() == 9);
  CHECK(reflection::count_members<M10>() == 10);
  CHECK(reflection::count_members<M11>() == 11);
  CHECK(reflection::count_members<M12>() == 12);
}

TEST_CASE("members have their names, in the order of declaration") {
  CHECK(names<M0>() == "");
  CHECK(names<M1>() == "a ");
  CHECK(names<M2>() == "a b ");
  CHECK(names<M3>() == "a b c ");
  CHECK(names<M4>() == "a b c d ");
  CHECK(names<M5>() == "a b c d e ");
  CHECK(names<M6>() == "a b c d e f ");
  CHECK(names<M7>() == "a b c d e f g ");
  CHECK(names<M8>() == "a b c d e f g h ");
  CHECK(names<M9>() == "a b c d e f g h i ");
  CHECK(names<M10>() == "a b c d e f g h i j ");
  CHECK(names<M11>() == "a b c d e f g h i j k ");
  CHECK(names<M12>() == "a b c d e f g h i j k l ");
  CHECK(names<Generic<std::vector<int>>>() == "first_value second_value ");
  CHECK(names<Greek>() == "γ β1 ");
  CHECK(names_of_a_local_struct<int, float>() == "first second ");
}

TEST_CASE("members may be of any type") {
  const Mixed mixed{.mean = {},
                    .scale = {},
                    .parts = {{1, 2}},
                    .pair_ = {},
                    .shape = {},
                    .activation = {},
                    .pointer = nullptr,
                    .Title2 = "x",
                    .inner = {},
                    .counter = nullptr};
  std::string all;
  reflection::for_each_member(mixed, [&](std::string_view name, const auto& member) {
    all += std::string(name) + " ";
    if (name == "Title2") CHECK(static_cast<const void*>(&member) == &mixed.Title2);
  });
  CHECK(all == "mean scale parts pair_ shape activation pointer Title2 inner counter flag ");
}

TEST_CASE("members are visited by reference") {
  M2 m{1, 2};
  reflection::for_each_member(m, [](std::string_view name, int& member) { member += name == "b" ? 40 : 10; });
  CHECK(m.a == 11);
  CHECK(m.b == 42);
}

}  // namespace gradus::test::reflection_test
