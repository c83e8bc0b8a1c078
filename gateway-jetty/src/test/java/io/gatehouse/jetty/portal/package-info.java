@NullMarked
package io.gatehouse.jetty.portal;

import org.jspecify.annotations.NullMarked;
