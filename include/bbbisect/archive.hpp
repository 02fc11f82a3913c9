// Reading what is compressed or archived, without unpacking it to disk. Hides libarchive.
#pragma once

#include <bbbisect/bytes.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace bbbisect {

/// Bytes of the beginning that is_packed() wants to see.
inline constexpr std::size_t packed_head = 512;

/// Whether something begins like gzip, bzip2, xz, zstd, zip or tar. Its name says nothing.
bool is_packed(std::string_view head);

/// Calls `visit` for each member, directories included, in the order of the archive, with its name and its text,
/// which is good until `visit` returns; what is only compressed is one member without a name. Names are anybody's
/// text. Throws Error, with `name` as the thing, when it is damaged or encrypted.
void read_packed(const std::string& name, const Bytes& packed,
                 const std::function<void(const std::string& member, const Bytes& text)>& visit);

}  // namespace bbbisect
