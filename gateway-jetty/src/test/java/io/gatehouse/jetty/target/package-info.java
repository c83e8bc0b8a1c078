@NullMarked
package io.gatehouse.jetty.target;

import org.jspecify.annotations.NullMarked;
