// Everything of gradus::autodiff: include this.
#pragma once

#include "chain_product.hpp"
#include "counted.hpp"
#include "error.hpp"
#include "gradient.hpp"
#include "hessian.hpp"
#include "jacobian.hpp"
#include "pullback.hpp"
#include "threads.hpp"
