// What tools put around every line of a log: a time, the name of a machine or of a job, a number, an empty line; or all
// of it in UTF-16. Found in the beginning of a log and taken away from the whole, whatever its size. Knows lines; of
// regrtest no more than how its own clock looks.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace bbbisect {

class Framing {
 public:
  /// Bytes from the beginning of a log that it is found in.
  static constexpr std::size_t head = 64 * 1024;

  /// `text` are the first bytes of a log, `head` of them or all.
  explicit Framing(std::string_view text);
  ~Framing();
  Framing(Framing&&) noexcept;
  Framing& operator=(Framing&&) noexcept;

  /// Whether there is any; else undo() changes nothing.
  [[nodiscard]] bool any() const;

  using Sink = std::function<void(std::string_view)>;

  /// Takes it away from the next bytes of the log, the first ones too, and hands on whole lines.
  void undo(std::string_view bytes, const Sink& sink);
  /// Hands on the last line, should it have no end.
  void finish(const Sink& sink);

 private:
  struct Layers;
  std::unique_ptr<Layers> layers_;
};

}  // namespace bbbisect
