@NullMarked
package io.gatehouse.testkit.target;

import org.jspecify.annotations.NullMarked;
