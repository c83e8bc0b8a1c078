@NullMarked
package io.gatehouse.core.wake;

import org.jspecify.annotations.NullMarked;
