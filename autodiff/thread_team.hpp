// Work in parts, side by side.
#pragma once

namespace gradus::detail {

/// Calls work(context, k) for k = 0, …, parts − 1, each on a thread of its own if there are as many, and returns when
/// all are done. Within, products use the calling thread alone, and a run within a run takes its parts one by one: no
/// more threads are at work than were asked for. If parts throw, the exception of the first of them (by k) is thrown
/// here, after all have ended. The threads are those of OpenMP, as for products; without OpenMP each thread that calls
/// this keeps helpers of its own. They stay for the next run, which allocates nothing.
void run_in_parallel(int parts, void (*work)(const void* context, int part), const void* context);

template <class F>
void run_in_parallel(int parts, const F& f) {
  run_in_parallel(
      parts, [](const void* context, int part) { (*static_cast<const F*>(context))(part); }, &f);
}

}  // namespace gradus::detail
