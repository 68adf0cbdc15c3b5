// What is counted: words, lines and bytes, and a hash over all words and their counts.
//
// A word is a run of ASCII letters and non-ASCII characters; uppercase ASCII letters count as
// lowercase.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

constexpr bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}
constexpr char to_small(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

using Word = std::pair<std::string, std::uint64_t>;

class Counts {
 public:
  // Counts whole lines. O(bytes).
  void add_lines(std::string lines) {
    if (lines.empty()) return;
    bytes_ += lines.size();
    lines_ += static_cast<std::uint64_t>(std::ranges::count(lines, '\n')) + (lines.back() != '\n');
    std::ranges::transform(lines, lines.begin(), to_small);
    for (auto at = lines.cbegin(); at != lines.cend();) {
      const auto begin = std::find_if(at, lines.cend(), in_word);
      at = std::find_if_not(begin, lines.cend(), in_word);
      if (begin != at) add_word(std::string_view(begin, at), 1);
    }
  }

  // Adds the counts of another. O(its distinct words).
  void add(const Counts& other) {
    bytes_ += other.bytes_;
    lines_ += other.lines_;
    for (const auto& [word, count] : other.found_) add_word(word, count);
  }

  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t lines() const { return lines_; }
  std::uint64_t words() const { return words_; }

  // All words in byte order. O(n log n).
  std::vector<Word> sorted() const {
    std::vector<Word> words(found_.begin(), found_.end());
    std::ranges::sort(words);
    return words;
  }

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void; // so that a lookup constructs no string
  };

  void add_word(std::string_view word, std::uint64_t count) {
    words_ += count;
    const auto known = found_.find(word);
    if (known != found_.end()) {
      known->second += count;
    } else {
      found_.emplace(word, count);
    }
  }

  std::unordered_map<std::string, std::uint64_t, Hash, std::equal_to<>> found_;
  std::uint64_t bytes_ = 0;
  std::uint64_t lines_ = 0;
  std::uint64_t words_ = 0;
};

inline Counts merge(std::span<const Counts> parts) {
  Counts all;
  for (const auto& part : parts) all.add(part);
  return all;
}

// 64-bit FNV-1a over a line "word count" for each word. The words are in byte order, so the hash
// does not depend on how the work was distributed.
inline std::uint64_t hash_of(std::span<const Word> words) {
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  };
  for (const auto& [word, count] : words) {
    add(word);
    add(" ");
    add(std::to_string(count));
    add("\n");
  }
  return hash;
}

// The `top` most frequent words, ties in byte order. O(n log top).
inline std::vector<Word> most_frequent(std::vector<Word> words, std::size_t top) {
  const auto order = [](const Word& a, const Word& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  };
  const auto end = words.begin() + static_cast<std::ptrdiff_t>(std::min(top, words.size()));
  std::ranges::partial_sort(words, end, order);
  words.erase(end, words.end());
  return words;
}
