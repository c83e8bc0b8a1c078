@NullMarked
package io.gatehouse.jetty.kdcproxy;

import org.jspecify.annotations.NullMarked;
