@NullMarked
package io.gatehouse.jetty.dns;

import org.jspecify.annotations.NullMarked;
