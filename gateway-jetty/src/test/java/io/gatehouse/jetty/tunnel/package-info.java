@NullMarked
package io.gatehouse.jetty.tunnel;

import org.jspecify.annotations.NullMarked;
