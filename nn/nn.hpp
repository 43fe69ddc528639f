// Everything of gradus::nn: include this.
#pragma once

#include "accuracy.hpp"
#include "activations.hpp"
#include "affine.hpp"
#include "cross_entropy.hpp"
#include "data/batches.hpp"
#include "data/csv.hpp"
#include "data/dataset.hpp"
#include "initialization.hpp"
#include "linear.hpp"
#include "mlp.hpp"
#include "module.hpp"
#include "sequential.hpp"
#include "squared_loss.hpp"
