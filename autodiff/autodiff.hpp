// Everything of gradus::autodiff: include this.
#pragma once

#include "assembly.hpp"
#include "chain_product.hpp"
#include "counted.hpp"
#include "custom.hpp"
#include "error.hpp"
#include "fixed_point.hpp"
#include "forward.hpp"
#include "gradient.hpp"
#include "hessian.hpp"
#include "jacobian.hpp"
#include "linear_algebra.hpp"
#include "linear_recurrence.hpp"
#include "normal_log_density.hpp"
#include "parallel.hpp"
#include "pullback.hpp"
#include "threads.hpp"
