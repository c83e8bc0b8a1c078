/** Tests of the numbers that the gateway shows. */
@NullMarked
package io.gatehouse.jetty.metrics;

import org.jspecify.annotations.NullMarked;
