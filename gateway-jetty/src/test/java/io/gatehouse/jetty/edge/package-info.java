@NullMarked
package io.gatehouse.jetty.edge;

import org.jspecify.annotations.NullMarked;
