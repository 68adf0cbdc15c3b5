// A stream of chunks, cut at line ends.
#pragma once

#include <string>
#include <string_view>
#include <utility>

// Puts together the lines that chunks cut apart.
class LineCutter {
 public:
  // Takes the next chunk and gives the lines that it completes, each with its end; empty if it
  // completes none. O(chunk), amortised.
  std::string add(std::string_view chunk) {
    const auto end = chunk.rfind('\n') + 1; // 0: no line ends in this chunk
    if (end == 0) {
      rest_ += chunk;
      return {};
    }
    auto lines = std::exchange(rest_, std::string(chunk.substr(end)));
    return lines += chunk.substr(0, end);
  }

  // The last line, if nothing ended it.
  std::string take_rest() { return std::exchange(rest_, {}); }

  // Bytes of the line that has not ended yet.
  std::size_t pending() const { return rest_.size(); }

 private:
  std::string rest_;
};
