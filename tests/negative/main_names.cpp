// WASIO_MAIN finds the program's function, whatever its name, beside all names of wasio.
// with: -DNAME=run
// with: -DNAME=print
// with: -DNAME=sleep
// with: -DNAME=copy
// with: -DNAME=merge
// with: -DNAME=race
// with: -DNAME=filter
// with: -DNAME=size
// with: -DNAME=args
// with: -DNAME=program_main
#include <wasio/wasio.h>

#include <algorithm>
#include <iterator>
#include <unistd.h>

using namespace wasio;

Task<int> NAME(Args) {
  co_return 0;
}

WASIO_MAIN(NAME)
