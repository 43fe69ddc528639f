#include "thread_team.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "threads.hpp"

namespace gradus::detail {
namespace {

thread_local bool within = false;  // a run

/// The calling thread as one of several.
class OneOfMany {
 public:
  OneOfMany() {
    within = true;
    set_threads(1);
  }
  ~OneOfMany() {
    within = false;
    set_threads(before_);
  }
  OneOfMany(const OneOfMany&) = delete;
  OneOfMany& operator=(const OneOfMany&) = delete;

 private:
  int before_ = threads();
};

/// What is to be done, and what went wrong.
class Job {
 public:
  Job(int parts, void (*work)(const void*, int), const void* context) : parts_(parts), work_(work), context_(context) {}

  int parts() const { return parts_; }
  void run(int part) noexcept {
    const OneOfMany here;
    try {
      work_(context_, part);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (part < failed_) failed_ = part, exception_ = std::current_exception();
    }
  }
  void rethrow() const {
    if (exception_ != nullptr) std::rethrow_exception(exception_);
  }

 private:
  int parts_;
  void (*work_)(const void*, int);
  const void* context_;
  std::mutex mutex_;
  int failed_ = parts_;
  std::exception_ptr exception_;
};

#if defined(_OPENMP)

void run(Job& job) {
#pragma omp parallel for num_threads(job.parts()) schedule(static, 1)
  for (int part = 0; part < job.parts(); ++part) job.run(part);
}

#else

/// The helpers of one thread.
class Team {
 public:
  Team() = default;
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;
  ~Team() {
    {
      const std::lock_guard lock(mutex_);
      is_over_ = true;
    }
    begin_.notify_all();
    for (std::thread& helper : helpers_) helper.join();
  }

  void run(Job& job) {
    while (static_cast<int>(helpers_.size()) + 1 < job.parts())
      helpers_.emplace_back([this, part = static_cast<int>(helpers_.size()) + 1, seen = runs_] { help(part, seen); });
    {
      const std::lock_guard lock(mutex_);
      job_ = &job;
      parts_ = job.parts();
      at_work_ = parts_ - 1;
      ++runs_;
    }
    begin_.notify_all();
    job.run(0);
    std::unique_lock lock(mutex_);
    end_.wait(lock, [this] { return at_work_ == 0; });
  }

 private:
  /// A helper's life: part `part` of every job that has so many.
  void help(int part, unsigned seen) {
    for (;;) {
      std::unique_lock lock(mutex_);
      begin_.wait(lock, [&] { return is_over_ || runs_ != seen; });
      if (is_over_) return;
      seen = runs_;
      if (part >= parts_) continue;  // the job may be gone already
      Job& job = *job_;
      lock.unlock();
      job.run(part);
      lock.lock();
      if (--at_work_ == 0) end_.notify_one();
    }
  }

  std::mutex mutex_;
  std::condition_variable begin_, end_;
  bool is_over_ = false;
  Job* job_ = nullptr;
  int parts_ = 0;    // of the job
  int at_work_ = 0;  // helpers that have not finished theirs
  unsigned runs_ = 0;
  std::vector<std::thread> helpers_;
};

void run(Job& job) {
  thread_local Team team;
  team.run(job);
}

#endif

}  // namespace

void run_in_parallel(int parts, void (*work)(const void*, int), const void* context) {
  if (parts <= 1 || within) {
    for (int part = 0; part < parts; ++part) work(context, part);
    return;
  }
  Job job(parts, work, context);
  run(job);
  job.rethrow();
}

}  // namespace gradus::detail
