@NullMarked
package io.gatehouse.jetty.work;

import org.jspecify.annotations.NullMarked;
