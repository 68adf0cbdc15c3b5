#include "work.h"

namespace bench {

int leaf(int value) {
  return value + 1;
}

} // namespace bench
