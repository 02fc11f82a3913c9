// Python's random.shuffle(): the order behind a seed, without running Python.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace bbbisect {

/// What random.seed(seed); random.shuffle(x) does to x = [0, 1, ... n-1], by CPython 3.2 to 3.15.
/// A `seed` of decimal digits, with or without a sign, of any length, counts as an int (its sign is
/// ignored, as Python ignores it); anything else as a str, which is how regrtest seeds with
/// SOURCE_DATE_EPOCH (Lib/random.py, seed() version 2; Modules/_randommodule.c, random_seed()).
std::vector<std::size_t> python_shuffle(std::size_t n, std::string_view seed);

/// `names` in the order in which the shuffle leaves them.
template <typename T>
std::vector<T> shuffled(const std::vector<T>& names, std::string_view seed) {
  std::vector<T> result;
  result.reserve(names.size());
  for (std::size_t from : python_shuffle(names.size(), seed)) result.push_back(names[from]);
  return result;
}

/// The list which the shuffle turns into `wanted`: how an order and a seed are kept at once by a runner
/// that has no --no-randomize.
template <typename T>
std::vector<T> unshuffled(const std::vector<T>& wanted, std::string_view seed) {
  std::vector<T> source(wanted.size());
  const std::vector<std::size_t> from = python_shuffle(wanted.size(), seed);
  for (std::size_t i = 0; i < wanted.size(); ++i) source[from[i]] = wanted[i];
  return source;
}

}  // namespace bbbisect
