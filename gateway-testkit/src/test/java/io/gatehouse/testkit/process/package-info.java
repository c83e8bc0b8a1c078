@NullMarked
package io.gatehouse.testkit.process;

import org.jspecify.annotations.NullMarked;
