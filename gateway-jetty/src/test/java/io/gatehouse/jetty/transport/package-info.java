@NullMarked
package io.gatehouse.jetty.transport;

import org.jspecify.annotations.NullMarked;
