// Everything of gradus::autodiff: include this.
#pragma once

#include "chain_product.hpp"
#include "counted.hpp"
#include "error.hpp"
#include "forward.hpp"
#include "gradient.hpp"
#include "threads.hpp"
