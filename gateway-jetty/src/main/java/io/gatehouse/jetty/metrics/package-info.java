/** What the gateway counts, and the page on which Prometheus reads it. */
@NullMarked
package io.gatehouse.jetty.metrics;

import org.jspecify.annotations.NullMarked;
