// The progress of a tally.
#pragma once

#include <wasio/wasio.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

struct Progress {
  std::uint64_t bytes = 0;
  std::uint64_t size = 0; // of the whole text, if announced
};

// "1.5 MB of 6.2 MB (24 %)"
inline std::string to_text(const Progress& progress) {
  const auto megabytes = [](std::uint64_t bytes) {
    const auto tenths = bytes / 100'000;
    return wasio::join_text(tenths / 10, ".", tenths % 10, " MB");
  };
  if (progress.size == 0) return megabytes(progress.bytes);
  return wasio::join_text(megabytes(progress.bytes), " of ", megabytes(progress.size), " (",
                          progress.bytes * 100 / progress.size, " %)");
}

inline std::string to_json(const Progress& progress) {
  return wasio::join_text(R"({"bytes":)", progress.bytes, R"(,"size":)", progress.size, "}");
}

// Progress that is included in `of_all` while it lives.
class RunningProgress : public Progress {
 public:
  RunningProgress() { running_.push_back(this); }
  RunningProgress(const RunningProgress&) = delete;
  RunningProgress& operator=(const RunningProgress&) = delete;
  ~RunningProgress() { std::erase(running_, this); }

  // The sum over all running tallies.
  static Progress of_all() {
    Progress all;
    for (const Progress* each : running_) {
      all.bytes += each->bytes;
      all.size += each->size;
    }
    return all;
  }

 private:
  static inline std::vector<RunningProgress*> running_;
};

// Keeps a line on the terminal up to date until it is cancelled, and then erases the line.
inline wasio::Task<> show(const Progress& progress) {
  using namespace std::chrono_literals;
  static constexpr const char* erase_line = "\r\x1b[K";
  std::string shown;
  co_await wasio::guard(
      [&]() -> wasio::Task<> {
        for (;;) {
          co_await wasio::sleep(200ms);
          if (auto text = to_text(progress); text != shown) {
            shown = std::move(text);
            co_await wasio::print_error(erase_line + shown);
          }
        }
      },
      [&]() -> wasio::Task<> {
        if (!shown.empty()) co_await wasio::print_error(erase_line);
      });
}
