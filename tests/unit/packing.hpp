// Archives and compressed text, made in memory.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

enum class Packing { gzip, bzip2, xz, zstd, none };
enum class Form { raw, tar, zip };

/// Members are name and text; Form::raw has one without a name.
inline std::string packed(Form form, Packing packing, const std::vector<std::pair<std::string, std::string>>& members) {
  std::string out;
  archive* writer = archive_write_new();
  const auto good = [&](int status) {
    if (status != ARCHIVE_OK) throw std::runtime_error(archive_error_string(writer));
  };
  good(form == Form::zip   ? archive_write_set_format_zip(writer)
       : form == Form::tar ? archive_write_set_format_ustar(writer)
                           : archive_write_set_format_raw(writer));
  good(packing == Packing::gzip    ? archive_write_add_filter_gzip(writer)
       : packing == Packing::bzip2 ? archive_write_add_filter_bzip2(writer)
       : packing == Packing::xz    ? archive_write_add_filter_xz(writer)
       : packing == Packing::zstd  ? archive_write_add_filter_zstd(writer)
                                   : archive_write_add_filter_none(writer));
  good(archive_write_set_bytes_in_last_block(writer, 1));
  const auto write = [](archive*, void* into, const void* data, std::size_t size) {
    static_cast<std::string*>(into)->append(static_cast<const char*>(data), size);
    return static_cast<la_ssize_t>(size);
  };
  good(archive_write_open(writer, &out, nullptr, write, nullptr));
  for (const auto& [name, text] : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.empty() ? "data" : name.c_str());
    archive_entry_set_filetype(entry, name.ends_with('/') ? AE_IFDIR : AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, static_cast<la_int64_t>(text.size()));
    good(archive_write_header(writer, entry));
    archive_entry_free(entry);
    if (!text.empty() && archive_write_data(writer, text.data(), text.size()) < 0) good(ARCHIVE_FATAL);
  }
  good(archive_write_close(writer));
  archive_write_free(writer);
  return out;
}
