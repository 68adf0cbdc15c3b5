#include "work.h"

namespace bench {

wasio::Task<int> child(int value) {
  co_return leaf(value);
}

} // namespace bench
