/** Tests of the parts that other modules' tests stand on. */
@NullMarked
package io.gatehouse.testkit.identity;

import org.jspecify.annotations.NullMarked;
