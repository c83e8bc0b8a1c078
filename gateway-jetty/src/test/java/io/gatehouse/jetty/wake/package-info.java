@NullMarked
package io.gatehouse.jetty.wake;

import org.jspecify.annotations.NullMarked;
