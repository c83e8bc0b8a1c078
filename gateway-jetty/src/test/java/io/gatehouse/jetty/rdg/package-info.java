@NullMarked
package io.gatehouse.jetty.rdg;

import org.jspecify.annotations.NullMarked;
