// What the main functions of the example programs have in common.
#pragma once

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <exception>
#include <string>

/// What an option must be; CLI11's own check names the largest double instead.
inline const CLI::Validator positive(
    [](const std::string& text) {
      double number = 0;
      std::from_chars(text.data(), text.data() + text.size(), number);
      return number > 0 ? "" : "expected a positive number, got '" + text + "'";
    },
    "POSITIVE");

/// Reads the options and calls run(). An error is one line on the error output, and status 1.
inline int run_program(const char* name, CLI::App& app, int argc, char** argv, const auto& run) {
  try {
    app.parse(argc, argv);
    run();
    return 0;
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const std::exception& error) {
    std::fflush(stdout);
    std::fprintf(stderr, "%s: %s\n", name, error.what());
    return 1;
  }
}
