// Everything of gradus::autodiff: include this.
#pragma once

#include "assembly.hpp"
#include "chain_product.hpp"
#include "counted.hpp"
#include "error.hpp"
#include "gradient.hpp"
#include "threads.hpp"
