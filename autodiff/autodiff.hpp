// Everything of gradus::autodiff: include this.
#pragma once

#include "error.hpp"
#include "gradient.hpp"
#include "threads.hpp"
