// How many threads one large matrix product may use, and how many there are.
#pragma once

namespace gradus {

/// Lets each product that the calling thread starts from now on use up to n threads (less than 1 means 1). The setting
/// belongs to the calling thread, and every thread starts with 1: tapes in different threads run side by side without
/// contending for cores. Products come out bit for bit the same for every n: each number of the result is summed by one
/// thread, in one order. Helpers come from the OpenMP pool, the only one in the process; without OpenMP, or inside an
/// OpenMP parallel region, a product uses the calling thread alone.
void set_threads(int n);

/// The number of threads a product started by the calling thread may use.
int threads();

/// As many threads as the machine runs at a time; at least 1.
int hardware_threads();

}  // namespace gradus
