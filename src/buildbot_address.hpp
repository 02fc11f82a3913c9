// Percent signs in addresses.
#pragma once

#include <string>
#include <string_view>

namespace bbbisect {

/// "a%2Fb" is "a/b".
std::string percent_decoded(std::string_view text);

/// `text` as a word of a path: what is no letter, digit, "_" or "-" of ASCII stands as "%2F".
std::string percent_encoded(std::string_view text);

}  // namespace bbbisect
