// Optimizers: they move one flat vector of parameters, given the gradient there, and know nothing of networks.
#pragma once

#include "adam.hpp"
#include "sgd.hpp"
