/** Real little TCP targets on 127.0.0.1 for tests of a gateway, each with one manner: good, greedy, silent or rude. */
@NullMarked
package io.gatehouse.testkit.target;

import org.jspecify.annotations.NullMarked;
