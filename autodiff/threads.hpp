// How many threads one large matrix product may use.
#pragma once

namespace gradus {

/// Lets each product that the calling thread starts from now on use up to n threads (n ≥ 1; less than 1 means 1). The
/// default is 1: results are reproducible, and tapes in different threads run side by side without contending. The
/// setting belongs to the calling thread; a new thread starts with 1.
void set_threads(int n);

/// The number of threads a product started by the calling thread may use.
int threads();

}  // namespace gradus
